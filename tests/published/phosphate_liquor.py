"""The acid liquor whose neutralisation ``phosphate_titration.csv`` keeps, for the program PHREEQC and its package.

Rebuild the file with ``python -m tests.published.phosphate_liquor``; it needs the package ``phreeqc``.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import phreeqc  # type: ignore[import-untyped]

from ops_data.reference.titration_rows import COLUMNS, FILE, SOLUTES

LIQUOR: Final = {"Cl": 0.5, "Ca": 0.12, "Fe(3)": 0.005, "Al": 0.010, "Nd": 5e-4, "Dy": 7e-5}  # mol/kg water
RARE_EARTHS: Final = SOLUTES[: SOLUTES.index("Fe")]
TRACE: Final = 1e-9  # mol/kg; what is only asked for its solubility does not change the liquor
STATE: Final = {"Ce": "Ce(3)", "Eu": "Eu(3)", "Fe": "Fe(3)", "U": "U(6)"}
SOLIDS: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {  # and the saturation index at which they appear
    **{name: ((f"{name}PO4:10H2O", 0.0), (f"{name}(OH)3", 0.0)) for name in RARE_EARTHS},
    "Fe": (("Strengite", 0.0), ("Fe(OH)3", 0.0)),
    "Al": (("Boehmite", 1.5),),
    "U": (("UO2HPO4:4H2O", 0.0), ("Schoepite", 0.0)),
    "Th": (("Th(OH)4", 0.0),),
}
FORMING: Final = ("Nd", "Dy", "Fe", "Al")  # solutes whose solids are let form
PHOSPHORUS_MOL_KG: Final = (1e-6, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.07, 0.15, 0.3, 1.0)
PH: Final = tuple(round(0.3 + 0.1 * step, 1) for step in range(43))


def _answer(recipe: str) -> dict[str, list[float]]:
    engine = phreeqc.Phreeqc()
    if engine.LoadDatabase(str(Path(phreeqc.__file__).parent / "databases" / "llnl.dat")):
        raise RuntimeError(engine.GetErrorString())
    if engine.RunString(recipe):
        raise RuntimeError(engine.GetErrorString())
    return {name: [float(value) for value in column] for name, column in engine.GetSelectedOutput().items()}


def _solution(phosphorus: float, traces: Sequence[str]) -> str:
    given = LIQUOR | {"P": phosphorus} | {STATE.get(name, name): TRACE for name in traces}
    lines = "\n".join(f"  {name} {amount:.10g}" for name, amount in given.items())
    return f"SOLUTION 1\n  units mol/kgw\n  temp 25\n  pH 1 charge\n{lines}\n"


def _solids() -> str:
    allowed = "\n".join(f"  {solid} {index} 0" for name in FORMING for solid, index in SOLIDS[name])
    return f"EQUILIBRIUM_PHASES 1\n{allowed}\n"


def titrate(phosphorus: float, naoh_mol: Sequence[float]) -> dict[str, list[float]]:
    """Return pH and dissolved Nd, Dy, Fe, Al [mol/kg] of the liquor after additions of NaOH [mol/kg]; first: none."""
    steps = " ".join(f"{amount:g}" for amount in naoh_mol)
    shown = "SELECTED_OUTPUT\n  -reset false\n  -pH true\n  -totals Nd Dy Fe Al\n"
    return _answer(f"{_solution(phosphorus, ())}{_solids()}REACTION 1\n  NaOH 1\n  {steps}\n{shown}END\n")


def solubility(phosphorus: float, ph: float) -> dict[str, float]:
    """Return log10 of the solubility of each solute [mol/kg] in the liquor brought to a pH: total over saturation."""
    traces = [name for name in SOLUTES if name not in FORMING]
    reagent = "NaOH" if ph > 0.85 else "HCl"  # the liquor itself has a pH of about 0.8
    solids = " ".join(solid for name in SOLUTES for solid, _ in SOLIDS[name])
    totals = " ".join(STATE.get(name, name) for name in SOLUTES)
    shown = f"SELECTED_OUTPUT\n  -reset false\n  -pH true\n  -totals {totals}\n  -saturation_indices {solids}\n"
    knobs = "KNOBS\n  -step_size 10\n  -pe_step_size 5\n"  # short steps: one point of the table needs them
    fixed = f"{knobs}PHASES\nFix_H+\n  H+ = H+\n  log_k 0\n{_solution(phosphorus, traces)}END\nUSE solution 1\n"
    found = _answer(f"{fixed}{_solids()}  Fix_H+ {-ph} {reagent} 10\n{shown}END\n")
    if abs(found["pH"][-1] - ph) > 1e-3:
        raise RuntimeError(f"pH {found['pH'][-1]} reached; {ph} was asked for")
    answer = {}
    for name in SOLUTES:
        total = found[f"{STATE.get(name, name)}(mol/kgw)"][-1]
        over = max(found[f"si_{solid}"][-1] - index for solid, index in SOLIDS[name])
        answer[name] = math.log10(total) - over
    return answer


def write(path: Path) -> None:
    """Write the table."""
    lines = [",".join(COLUMNS)]
    for phosphorus in PHOSPHORUS_MOL_KG:
        for ph in PH:
            found = solubility(phosphorus, ph)
            cells = [f"P {phosphorus:g} pH {ph:g}", f"{phosphorus:g}", f"{ph:g}", *(f"{found[n]:.4f}" for n in SOLUTES)]
            lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(FILE)
