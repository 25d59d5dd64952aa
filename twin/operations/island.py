"""Meeting points on the island and the mainland: berths, slurry tank, dewatering plant, cake and carriers."""

from collections.abc import Callable

from twin.operations import codes as c
from twin.operations.player import Player
from twin.operations.world import World

PPM = 1_000_000
Parcel = tuple[int, int, int]  # volume [l], dry solids [g], water [g]


class IslandSide:
    """Pairs ships with berths, slurry with the plant and cake with carriers, in order of arrival."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.matches.append(self.match)
        for players, hand_over in (
            (world.fleet.shuttles, self.unload),
            (world.fleet.plants, self.store_cake),
            (world.fleet.carriers, self.deliver),
        ):
            for player in players:
                world.hand_overs[player.name] = self._at_release(hand_over)

    def match(self) -> None:
        """Pair until nothing more can be: what one pairing frees, another may take in the same second."""
        pairing = True
        while pairing:
            steps = (self.cast_off, self.match_berths, self.match_plants, self.match_carriers, self.match_calls)
            pairing = sum(step() for step in steps) > 0  # all of them, every round

    def _at_release(self, hand_over: Callable[[Player, Parcel], None]) -> Callable[[Player], None]:
        """Return what books a hand-over for the second of the release: it changes stocks that others see."""

        def book(player: Player) -> None:
            v = player.view
            at_s, parcel = v[c.RELEASE_T], (v[c.RELEASE_L], v[c.RELEASE_DRY_G], v[c.RELEASE_WATER_G])
            self.world.do_at(at_s, 2 * player.rank, lambda: hand_over(player, parcel))

        return book

    # --- berths and tank ----------------------------------------------------------------------------------------

    def berth_free(self) -> bool:
        """Tell whether one more ship can lie alongside."""
        return len(self.world.berthed) < self.world.island.berths

    def cast_off(self) -> bool:
        """Let loaded carriers leave the quay; tell whether one did."""
        world = self.world
        leaving = list(world.queues["cast_off"])
        for carrier in leaving:
            world.berthed.remove(carrier.name)
            world.go_on(carrier, "sail_to_mainland")
        return bool(leaving)

    def match_berths(self) -> bool:
        """Give a berth to shuttles whose parcel the tank can take; tell whether one got it."""
        world, stocks = self.world, self.world.stocks
        berthed = len(world.berthed)
        for shuttle in list(world.queues["berth"]):
            load_l = shuttle.view[c.HOLD_L]
            if self.berth_free() and stocks.tank_l + stocks.reserved_l + load_l <= world.island.tank_l:
                world.berthed.append(shuttle.name)
                stocks.reserved_l += load_l
                shuttle.wait_until(world.now())
                world.go_on(shuttle, "berthing")
        return len(world.berthed) > berthed

    def unload(self, shuttle: Player, parcel: Parcel) -> None:
        """Take a shuttle's parcel into the tank and free its berth."""
        world, stocks = self.world, self.world.stocks
        stocks.afloat_l -= parcel[0]
        stocks.reserved_l -= parcel[0]
        stocks.tank_l += parcel[0]
        stocks.tank_dry_g += parcel[1]
        stocks.tank_water_g += parcel[2]
        world.berthed.remove(shuttle.name)
        world.note("product", "island", world.now(), (shuttle.name, "island"), parcel)
        world.match()

    # --- dewatering ---------------------------------------------------------------------------------------------

    def match_plants(self) -> bool:
        """Give an idle plant what the tank holds, a litre or more, as far as the cake stock has room."""
        world, stocks, island = self.world, self.world.stocks, self.world.island
        begun = False
        for plant in list(world.queues["mud"]):
            room_g = (island.cake_dry_g - stocks.cake_dry_g) * PPM // island.capture_ppm - stocks.pressing_dry_g
            if stocks.tank_dry_g == 0 or room_g <= 0:
                continue
            dry_g = min(stocks.tank_dry_g, room_g)
            load_l = stocks.tank_l * dry_g // stocks.tank_dry_g
            if load_l == 0:
                continue
            water_g = stocks.tank_water_g * dry_g // stocks.tank_dry_g
            stocks.tank_l -= load_l
            stocks.tank_dry_g -= dry_g
            stocks.tank_water_g -= water_g
            stocks.pressing_dry_g += dry_g
            plant.wait_until(world.now())
            plant.fill(load_l, dry_g, water_g)
            world.go_on(plant, "dewater")
            begun = True
        return begun

    def store_cake(self, plant: Player, parcel: Parcel) -> None:
        """Split a dewatered lot into cake, filtrate and the solids lost with it."""
        world, island, stocks = self.world, self.world.island, self.world.stocks
        slurry_l, dry_g, water_g = parcel
        kept_g = dry_g * island.capture_ppm // PPM
        cake_water_g = min(water_g, kept_g * island.cake_water_ppm // PPM)
        stocks.pressing_dry_g -= dry_g
        stocks.cake_dry_g += kept_g
        stocks.cake_water_g += cake_water_g
        stocks.lost_dry_g += dry_g - kept_g
        stocks.filtrate_g += water_g - cake_water_g
        now = world.now()
        world.note("product", "cake", now, (plant.name, "stock"), (0, kept_g, cake_water_g))
        world.note("loss", "filtrate", now, (plant.name, "sea"), (slurry_l, dry_g - kept_g, water_g - cake_water_g))
        world.match()

    # --- cake and carriers --------------------------------------------------------------------------------------

    def winding_up(self) -> bool:
        """Tell whether no more slurry will come: every mining vessel gone, every parcel dewatered."""
        world, stocks = self.world, self.world.stocks
        in_hand = stocks.afloat_l + stocks.tank_l + stocks.pressing_dry_g
        return len(world.gone) == len(world.fleet.mining) and in_hand == 0

    def match_carriers(self) -> bool:
        """Load carriers at the island when there is a load, or what is left at the end; tell whether one loads."""
        world, stocks, island = self.world, self.world.stocks, self.world.island
        berthed = len(world.berthed)
        for carrier in list(world.queues["cake"]):
            enough = stocks.cake_dry_g >= island.least_dry_g or (stocks.cake_dry_g > 0 and self.winding_up())
            if enough and self.berth_free():
                dry_g = min(stocks.cake_dry_g, island.most_dry_g)
                water_g = stocks.cake_water_g * dry_g // stocks.cake_dry_g
                stocks.cake_dry_g -= dry_g
                stocks.cake_water_g -= water_g
                world.berthed.append(carrier.name)
                stocks.carriers_coming -= 1
                carrier.wait_until(world.now())
                carrier.fill((dry_g + water_g) // 1_000, dry_g, water_g)
                world.go_on(carrier, "load")
        return len(world.berthed) > berthed

    def match_calls(self) -> bool:
        """Call carriers from the mainland for cake on the island that no other comes for; tell whether one was."""
        world, stocks, island = self.world, self.world.stocks, self.world.island
        waiting = list(world.queues["call"])
        if not waiting or stocks.cake_dry_g == 0:
            return False
        called = False
        for carrier in waiting:
            ahead_g = stocks.cake_dry_g - stocks.carriers_coming * island.most_dry_g
            if ahead_g >= island.call_dry_g or (ahead_g > 0 and self.winding_up()):
                stocks.carriers_coming += 1
                carrier.wait_until(world.now())
                world.go_on(carrier, "sail_to_island")
                called = True
        return called

    def deliver(self, carrier: Player, parcel: Parcel) -> None:
        """Count a carrier's cake as delivered on the mainland."""
        world, stocks = self.world, self.world.stocks
        stocks.delivered_dry_g += parcel[1]
        stocks.delivered_water_g += parcel[2]
        world.note("product", "delivered", world.now(), (carrier.name, "mainland"), (0, parcel[1], parcel[2]))
