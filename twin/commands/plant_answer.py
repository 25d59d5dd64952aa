"""All that ``twin plant`` found out, and how it is written as one JSON document."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ops_data.elements import CONSTITUENTS, ELEMENTS, oxide_name
from ops_data.units import KG_PER_TONNE
from twin.models.classification import BreakEven
from twin.plant_choices import Dose, Route, TrapPoint
from twin.plant_feed import Feed
from twin.plant_service import WATCHED, Circuit, Heap, Loss, Product, StepDone, watched
from twin.processing.lot import Floats
from twin.processing.refinery import Refined
from twin.scenario import Scenario
from twin.settings import Step

USD, CO2E = "cost_usd", "co2e_kg"


@dataclass(frozen=True, eq=False)
class Answer:
    """All that the verb found out about a parcel; see the modules ``plant_feed``, ``plant_service``, ``plant_choices``.

    ``recovery`` is that of the chain, ``oxide_kg`` of each element in products named after it. ``saving`` and
    ``toggled_usd_t`` (what the chain would use up and sell per dry tonne with beneficiation in instead of out, or out
    instead of in) are None without separate oxides; ``days`` are those to mixed oxide and to separate oxides.
    """

    scenario: Scenario
    values: Mapping[str, float]
    fed: Feed
    refined: Refined
    steps: Sequence[StepDone]
    recovery: Floats
    products: Sequence[Product]
    oxide_kg: Floats
    losses: Sequence[Loss]
    phosphorus_mol_l: float
    doses: Sequence[Dose]
    trap: Sequence[TrapPoint]
    routes: Sequence[Route]
    saving: BreakEven | None
    toggled_usd_t: tuple[float, float] | None
    heaps: Sequence[Heap]
    fluoride_kg: Mapping[Step, float]
    circuits: Sequence[Circuit]
    days: tuple[float | None, float | None]

    @property
    def jpy_per_usd(self) -> float:
        """Yen for a dollar."""
        return self.values["cost.jpy_per_usd"]

    def per_t(self, column: str) -> float:
        """Return the sum of a column of all steps, "cost_usd" or "co2e_kg", per tonne of dry solids fed."""
        return sum(float(getattr(row, column).sum()) for step in self.steps for row in step.ledger) / self.fed.dry_t

    @property
    def toll(self) -> bool:
        """Whether another company separates the oxides."""
        return self.scenario.processing.separation == "toll"

    @property
    def beneficiated(self) -> bool:
        """Whether the chain has beneficiation."""
        return "beneficiate" in self.scenario.processing.steps

    @property
    def value_usd_t(self) -> float:
        """What the oxides sell for, per tonne of dry solids fed."""
        return sum(product.value_usd for product in self.products) / self.fed.dry_t


def as_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON document; per_dry_t: per tonne of dry solids fed to the chain."""
    return {
        "scenario": answer.scenario.name,
        "processing": answer.scenario.processing.model_dump(mode="json"),
        "fed": _fed(answer.fed),
        "steps": [_step(step, answer.fed.dry_t) for step in answer.steps],
        "recovery": _elements(answer.recovery),
        "cost_usd_per_dry_t": answer.per_t(USD),
        "cost_jpy_per_dry_t": answer.per_t(USD) * answer.jpy_per_usd,
        "co2e_kg_per_dry_t": answer.per_t(CO2E),
        "oxides": {
            "value_usd_per_dry_t": answer.value_usd_t,
            "products": [asdict(product) for product in answer.products],
            "by_element_kg": dict(zip(ELEMENTS, answer.oxide_kg.tolist(), strict=True)),
            "kg_per_dry_t": {
                oxide_name(name): mass / answer.fed.dry_t for name, mass in watched(answer.oxide_kg).items()
            },
            "days_to_mixed_oxide": answer.days[0],
            "days_to_oxides": answer.days[1],
        },
        "losses": [asdict(loss) for loss in answer.losses],
        "oxalic_acid": [asdict(dose) for dose in answer.doses],
        "phosphate_trap": {
            "phosphorus_mol_l": answer.phosphorus_mol_l,
            "points": [asdict(point) for point in answer.trap],
            "routes": [asdict(route) for route in answer.routes],
        },
        "beneficiation": _saving(answer),
        "radioactivity": [asdict(heap) for heap in answer.heaps],
        "hydrogen_fluoride_kg": dict(answer.fluoride_kg),
        "separation": _separation(answer),
    }


def _fed(fed: Feed) -> dict[str, Any]:
    total = fed.mud.total_kg[0]
    return {
        "mass_t": fed.mass_t,
        "mass_basis": fed.mass_basis,
        "grade_ppm": fed.grade_ppm,
        "grade_basis": fed.grade_basis,
        "grade_of_scenario": fed.own_grade,
        "form": "slurry" if fed.slurry else "cake",
        "wet_t": float(fed.mud.wet_t[0]),
        "dry_t": fed.dry_t,
        "water_t": float(fed.mud.water_t[0]),
        "salt_t": float(fed.mud.salt_t[0]),
        "grade_dry_ppm": fed.dry_ppm,
        "apatite_share": fed.apatite_share,
        "content_kg": dict(zip(CONSTITUENTS, total.tolist(), strict=True)),
    }


def _step(step: StepDone, dry_t: float) -> dict[str, Any]:
    return {
        "step": step.step,
        "recovery": _elements(step.recovery),
        "recovery_all": _finite(step.recovery_all),
        "solids_kg_per_dry_t": step.solids_kg_t,
        "cost_usd_per_dry_t": step.cost_usd_t,
        "co2e_kg_per_dry_t": step.co2e_kg_t,
        "uses": [
            {
                "item": row.item,
                "unit": row.unit,
                "amount_per_dry_t": float(row.amount.sum()) / dry_t,
                "cost_usd_per_dry_t": float(row.cost_usd.sum()) / dry_t,
                "co2e_kg_per_dry_t": float(row.co2e_kg.sum()) / dry_t,
            }
            for row in step.ledger
        ],
    }


def _elements(shares: Floats) -> dict[str, float | None]:
    return dict(zip(ELEMENTS, map(_finite, shares.tolist()), strict=True))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _saving(answer: Answer) -> dict[str, Any] | None:
    saving, rate = answer.saving, answer.jpy_per_usd
    if saving is None or answer.toggled_usd_t is None:
        return None
    here, there = (answer.per_t(USD), answer.value_usd_t), answer.toggled_usd_t
    having, without = (here, there) if answer.beneficiated else (there, here)
    left_out, share = float(saving.needed_usd_t_discarded), float(saving.discarded_share)
    return {
        "in_chain": answer.beneficiated,
        "upgrade": answer.values["beneficiate.upgrade"],
        "recovery": answer.values["beneficiate.recovery"],
        "discarded_share": share,
        "lost_usd_per_dry_t": float(saving.lost_usd_t),
        "needed_usd_per_dry_t_fed": left_out * share,
        "needed_jpy_per_dry_t_fed": left_out * share * rate,
        "needed_usd_per_dry_t_discarded": left_out,
        "needed_jpy_per_dry_t_discarded": left_out * rate,
        "needed_value_share": _finite(float(saving.needed_value_share)),
        "with_it": dict(zip(("cost_usd_per_dry_t", "value_usd_per_dry_t"), having, strict=True)),
        "without_it": dict(zip(("cost_usd_per_dry_t", "value_usd_per_dry_t"), without, strict=True)),
    }


def _separation(answer: Answer) -> dict[str, Any] | None:
    words, values = answer.scenario.processing, answer.values
    if "separate" not in words.steps:
        return None
    if answer.toll:
        return {
            "by": "toll",
            "recovery": values["toll.recovery"],
            "purity": values["toll.purity"],
            "payability": values["toll.payability"],
            "fee_usd_kg": values["price.toll_usd_kg"],
            "lag_d": values["toll.lag_d"],
        }
    return {
        "by": words.separation,
        "extractant": words.extractant,
        "circuits": [asdict(one) | {"stages_in_all": sum(one.stages)} for one in answer.circuits],
    }


def per_dry_t(answer: Answer) -> dict[str, float]:
    """Return the oxide of each watched element that a tonne of dry solids gives [g]."""
    masses = watched(answer.oxide_kg)
    return {name: masses[name] * KG_PER_TONNE / answer.fed.dry_t for name in WATCHED}


def share(value: float) -> str:
    """Return a share as per cent with one decimal, a dash for what is none."""
    if not math.isfinite(value):
        return "–"
    if 0.0 < value < 0.001:
        return "<0.1 %"
    return "100 %" if value > 0.9995 else f"{100 * value:.1f} %"
