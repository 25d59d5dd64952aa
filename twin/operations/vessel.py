"""The processes of a campaign: each reads like a method statement and meets the others at meeting points only."""

from collections.abc import Callable

from twin.operations import codes as c
from twin.operations.player import Player
from twin.operations.world import Process, World


def mining_vessel(world: World, vessel: Player) -> Process:
    """Mine alone; offer each parcel; hand mud to a shuttle when the hold is full or one waits; go home at the end."""
    while True:
        before = vessel.s.copy() if vessel.view[c.OFFERED] else None
        why = vessel.play(world.until_s)
        if vessel.name in world.partner:
            world.on_release(vessel, world.let_shuttle_go)
        if why == c.PAUSED and before is None:
            return
        wakes_s = world.until_s if why == c.PAUSED else vessel.view[c.T]
        if wakes_s >= world.now():
            yield world.sleep_or_call(vessel, wakes_s)
            if world.now() < wakes_s:  # a shuttle has come: mine the insertion under way to its end, then meet
                called_s = world.now()
                assert before is not None  # only a vessel with an offer out is called
                vessel.restore(before)
                vessel.view[c.CALL] = called_s
                continue
        if why == c.ENDED:
            world.land(vessel)
            return
        if why == c.OFFERS:
            world.offer(vessel)
        elif vessel.at("leave"):
            vessel.go_on("transit_home")
            if vessel.view[c.LEAVING]:
                world.leave(vessel)
        else:
            met = world.stand(vessel)
            if met is not None:
                yield world.or_due(vessel, met)


def ship(world: World, player: Player, hand_over: Callable[[Player], None]) -> Process:
    """Sail alone from one meeting point to the next, handing a parcel over on the way (shuttle, plant, carrier)."""
    while True:
        why = player.play(world.until_s)
        if player.view[c.RELEASE_T] != c.FAR:
            world.on_release(player, hand_over)
        if why != c.MET:
            return
        if player.view[c.T] >= world.now():
            yield world.sleep(player)
        if player.at("cast_off"):
            player.go_on("sail_to_mainland")
            world.cast_off(player)
            continue
        met = world.stand(player)
        if met is not None:
            yield met
