"""Reruns of a sealed run on the same luck with one constraint eased, each sealed, linked to it and used again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from twin.commands.output import note
from twin.commands.progress import progress
from twin.commands.run import Attempt

if TYPE_CHECKING:
    from ops_data.sealed import Run
    from ops_data.store import Store
    from twin.bottleneck import Explained
    from twin.bottleneck_gains import Gain
    from twin.easing import Easing
    from twin.run import Parameters
    from twin.scenario import Scenario

RARE: Final = ("emergency", "crew change", "bunkering")  # not eased in a run whose vessels lost no hour to them


def mode_of(run: "Run") -> "Parameters":
    """Return whether the parameters of a run were drawn."""
    return "fixed" if run.manifest.identity.parameters == "fixed" else "drawn"


@dataclass(frozen=True, eq=False)
class EasedRuns:
    """The reruns of one run.

    Attributes
    ----------
    store, run : where they go, and what they are paired with.
    replicates : how many of the run's first replicates they play.
    workers : processes that play.
    quiet : tell nothing of how far they are.
    stop : says when a stop was asked for.
    """

    store: "Store"
    run: "Run"
    replicates: int
    workers: int
    quiet: bool
    stop: Callable[[], bool]

    def gains(self, scenario: "Scenario", explained: "Explained") -> "list[Gain] | None":
        """Return what each easing gives, all of them together last; None when a stop was asked for, told by a note."""
        from twin.bottleneck_gains import gain
        from twin.bottleneck_rows import DAY_COLUMNS
        from twin.easing import eased, easings, together

        single = [one for one in easings(scenario) if one.constraint not in RARE or _costs(explained, one)]
        wanted = [*single, together(single)]
        before = self._before(scenario)
        found: list[Gain] = []
        for one in wanted:
            doing = f"rerun {len(found) + 1} of {len(wanted)}: {one.constraint} eased"
            after = None if before is None else self._played(eased(scenario, one), doing)
            if before is None or after is None:
                note(f"interrupted: {len(found)} of {len(wanted)} reruns are whole; the same command goes on")
                return None
            some = range(self.replicates)
            first, second = (kept.table("daily", DAY_COLUMNS, some) for kept in (before, after))
            found.append(gain(one, after.run_id, first, second, self.run.manifest.identity.mass_basis))
        return found

    def _before(self, scenario: "Scenario") -> "Run | None":
        """Return the run itself, or its first replicates anew where other software or data made it."""
        from twin.easing import NOTHING, eased
        from twin.run import identity

        who = self.run.manifest.identity
        if identity(scenario, who.seed, self.replicates, mode_of(self.run)).code_version == who.code_version:
            return self.run
        if not self.quiet:
            note(f"run '{self.run.run_id}' was made by another version or with other data; reruns need this one")
        return self._played(eased(scenario, NOTHING), "rerun before the others: nothing eased")

    def _played(self, scenario: "Scenario", doing: str) -> "Run | None":
        """Return the sealed rerun of a scenario, playing what is missing of it; None when a stop was asked for."""
        from twin.run import Job, identity

        seed, mode = self.run.manifest.identity.seed, mode_of(self.run)
        who = identity(scenario, seed, self.replicates, mode)
        sealed = self.store.find(who)
        if sealed is not None or self.stop():
            return sealed
        with self.store.begin(who) as writer:
            missing = writer.missing()
            if not self.quiet:
                note(doing)
            attempt = Attempt(scenario, Job(scenario.to_json(), seed, mode), self.workers, (self.run.run_id,))
            with progress(self.replicates - len(missing), self.replicates, self.quiet) as on_done:
                return attempt.play(writer, missing, self.stop, on_done)


def _costs(explained: "Explained", one: "Easing") -> bool:
    from twin.bottleneck_pieces import NUMBER

    return bool(explained.short_t[:, NUMBER[one.constraint]].any())
