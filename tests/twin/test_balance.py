"""The element balance of a run, added up again from rows (truth: derived, by hand and from conservation)."""

import numpy as np
import pandas as pd
import pytest

from ops_data.elements import CONSTITUENTS
from twin.balance import balance_of, closure, frame, recovered, spread, sums

ND = CONSTITUENTS.index("Nd")
Row = tuple[int, str, str, str, str, float]
CHAIN: list[Row] = [
    (5, "Nd", "sea bed", "mining", "flow", 100.0),
    (5, "Nd", "mining", "leach", "flow", 90.0),
    (5, "Nd", "mining", "dumped", "loss", 10.0),
    (5, "Nd", "leach", "separation", "flow", 80.0),
    (5, "Nd", "leach", "residue", "loss", 6.0),
    (5, "Nd", "leach", "held: leach", "held", 4.0),
    (5, "Nd", "separation", "oxide Nd", "product", 75.0),
    (5, "Nd", "separation", "refiner", "loss", 5.0),
    (6, "Nd", "sea bed", "mining", "flow", 50.0),
    (6, "Nd", "mining", "dumped", "loss", 50.0),
    (5, "Cl", "reagents", "leach", "reagent", 30.0),
    (5, "Cl", "leach", "recovered acid", "reagent", 20.0),
    (5, "Cl", "leach", "residue", "loss", 10.0),
]


def table(rows: list[Row]) -> pd.DataFrame:
    """Return rows as the store gives them."""
    found = pd.DataFrame(rows, columns=["replicate", "constituent", "source", "target", "kind", "mass_kg"])
    texts = dict.fromkeys(["constituent", "source", "target", "kind"], "category")
    return found.astype({"replicate": "int32", "mass_kg": "float64"} | texts)


def random_rows(seed: int, replicates: int) -> list[Row]:
    """Return a chain of places with random shares, every constituent of it closed up to rounding."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    for replicate in range(replicates):
        for what in CONSTITUENTS:
            mass = float(random.lognormal(3.0, 4.0))
            rows.append((replicate, what, "sea bed", "place 0", "flow", mass))
            for at in range(6):
                brought = float(random.lognormal(1.0, 3.0)) * (random.random() < 0.3)
                if brought:
                    rows.append((replicate, what, "reagents", f"place {at}", "reagent", brought))
                lost = (mass + brought) * float(random.random()) ** 4
                rows.append((replicate, what, f"place {at}", f"loss {at}", "loss", lost))
                mass = mass + brought - lost
                to, kind = (f"place {at + 1}", "flow") if at < 5 else ("oxide", "product")
                rows.append((replicate, what, f"place {at}", to, kind, mass))
    random.shuffle(rows)
    return rows


def test_ways_are_told_from_the_sea_bed_on_and_what_is_lost_last() -> None:
    found = balance_of(table(CHAIN[::-1]), 5, 2)
    assert [link[:2] for link in found.links] == [
        ("sea bed", "mining"), ("mining", "leach"), ("mining", "dumped"), ("reagents", "leach"),
        ("leach", "recovered acid"), ("leach", "separation"), ("leach", "held: leach"), ("leach", "residue"),
        ("separation", "oxide Nd"), ("separation", "refiner"),
    ]  # fmt: skip
    assert found.origins == {"sea bed", "reagents"}
    assert set(found.inner) == {"mining", "leach", "separation"}


def test_a_replicate_without_rows_counts_as_nothing_moved() -> None:
    rows = frame(balance_of(table(CHAIN), 5, 4), ["Nd"])
    told = {(row["source"], row["target"]): row for row in rows.to_dict("records")}
    lifted = told["sea bed", "mining"]
    assert [lifted[name] for name in ("low_kg", "mass_kg", "high_kg")] == pytest.approx([0.0, 25.0, 85.0])
    assert (lifted["mean_kg"], lifted["share"]) == (37.5, 1.0)
    assert told["separation", "oxide Nd"]["share"] == 0.5


def test_sums_and_recovery_are_those_counted_by_hand() -> None:
    found = balance_of(table(CHAIN), 5, 3)
    assert {name: mass.tolist() for name, mass in sums(found, "Nd").items()} == {
        "from the sea bed": [100.0, 50.0, 0.0],
        "in products": [75.0, 0.0, 0.0],
        "lost": [21.0, 50.0, 0.0],
        "held at the end": [4.0, 0.0, 0.0],
    }
    assert {name: mass.tolist() for name, mass in sums(found, "Cl").items()} == {
        "with reagents and sea water": [30.0, 0.0, 0.0],
        "lost": [10.0, 0.0, 0.0],
        "given back with reagents": [20.0, 0.0, 0.0],
    }
    assert recovered(found)[ND, :2].tolist() == [0.75, 0.0]
    assert np.isnan(recovered(found)[ND, 2])
    assert spread(recovered(found)[ND])[1] == 0.375
    assert np.isnan(spread(np.array([np.nan]))).all()
    assert frame(found, ["Cl"])["share"].isna().all()


def test_random_chains_close_and_their_shares_add_up() -> None:
    for seed in range(12):
        found = balance_of(table(random_rows(seed, 8)), 0, 8)
        told = closure(found)
        assert told.worst <= 1e-9
        assert told.open_at == []
        rows = frame(found, ["Dy"])
        ends = rows[rows["kind"].isin(["product", "loss"])]["share"].sum()
        assert ends == pytest.approx(1.0 + rows[rows["kind"] == "reagent"]["share"].sum(), rel=1e-12)


def test_a_kilogram_that_vanishes_is_found_where_it_does() -> None:
    for name, changed in (
        ("leach", (5, "Nd", "leach", "residue", "loss", 5.0)),
        ("separation", (5, "Nd", "separation", "refiner", "loss", 4.0)),
    ):
        rows = [changed if row[:5] == changed[:5] else row for row in CHAIN]
        told = closure(balance_of(table(rows), 5, 2))
        assert [(place, what) for place, what, _ in told.open_at] == [("all", "Nd"), (name, "Nd")]
        assert told.whole[ND] == pytest.approx(0.01)


def test_what_flows_on_to_a_place_that_nothing_leaves_is_an_open_balance() -> None:
    rows: list[Row] = [(0, "Nd", "sea bed", "mining", "flow", 7.0)]
    assert [one[:2] for one in closure(balance_of(table(rows), 0, 1)).open_at] == [("all", "Nd"), ("mining", "Nd")]


def test_rounding_of_a_trace_is_measured_against_the_element() -> None:
    rows: list[Row] = [
        (0, "Nd", "sea bed", "leach", "flow", 1e6),
        (0, "Nd", "leach", "residue", "loss", 1e6),
        (0, "Nd", "leach", "wash", "flow", 1e-9),
        (0, "Nd", "wash", "oxide", "product", 2e-9),
    ]
    assert closure(balance_of(table(rows), 0, 1)).open_at == []


def test_a_ring_of_places_is_ordered_too() -> None:
    rows: list[Row] = [
        (0, "Cl", "reagents", "leach", "reagent", 1.0),
        (0, "Cl", "leach", "acid plant", "flow", 3.0),
        (0, "Cl", "acid plant", "leach", "flow", 2.0),
        (0, "Cl", "acid plant", "brine", "loss", 1.0),
    ]
    found = balance_of(table(rows), 0, 1)
    assert closure(found).worst == 0.0
    assert len(found.links) == 4


def test_a_table_without_rows_is_a_balance_of_nothing() -> None:
    found = balance_of(table([]), 0, 2)
    assert (found.links, closure(found).worst, len(frame(found))) == ((), 0.0, 0)
    assert sums(found, "Nd") == {}
