"""Tables of the shocks: what they hold, and what is refused (truth: derived from the rules of the tables)."""

import csv
from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference.supply import shock_rows
from ops_data.reference.supply.reading import HERE, uncertain
from ops_data.reference.supply.shock_rows import SCENARIO_INPUTS, SHARES, check_origins, read_shock


def changed(folder: Path, name: str, key: str, column: str, text: str) -> Path:
    """Return a folder with a table in which one cell is changed, or a row left out (no column)."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert any(row["key"] == key for row in rows)
    if column:
        rows = [row | ({column: text} if row["key"] == key else {}) for row in rows]
    else:
        rows = [row for row in rows if row["key"] != key]
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_six_scenarios_have_every_input_and_every_number_a_source() -> None:
    """Derived: four scenarios and two replays; readers refuse a row without a source."""
    found = read_shock()
    assert list(found.shock_scenarios) == ["S1", "S2", "S3", "S4", "R2010", "R2025"]
    assert len(found.shock_inputs) == 6 * len(SCENARIO_INPUTS)
    assert all(row.value <= row.high <= 1.0 for row in found.shock_inputs.values() if row.quantity in SHARES)
    assert all(row.title_ja and row.policy_ja for row in found.shock_scenarios.values())


def test_ranges_of_tables_can_be_drawn() -> None:
    """Derived: shares stay within 0 and 1."""
    found = read_shock()
    drawn = uncertain("shock_inputs", found.shock_inputs) | uncertain("routes", found.routes)
    assert drawn["shock_inputs.S2.flow_controlled"].law == "triangular"
    assert drawn["shock_inputs.S2.flow_controlled"].maximum == 1.0
    assert drawn["routes.china_direct"].unit == "d"
    assert len(uncertain("replays", found.replays)) == len(found.replays)


@pytest.mark.parametrize(
    ("name", "key", "column", "text", "words"),
    [
        ("shock_scenarios.csv", "S1", "printed_high", "1.35", "key 'S1': printed_high 1.35 found; 0 to 1"),
        ("shock_scenarios.csv", "S1", "printed_low", "", "1 printed probabilities found; a scenario has two"),
        ("shock_scenarios.csv", "S1", "printed_low", "0.36", "printed_low ≤ printed_high"),
        ("shock_scenarios.csv", "R2010", "start", "", "a replay has a date"),
        ("shock_scenarios.csv", "R2010", "start", "21 September", "a date as 2025-04-04"),
        ("shock_scenarios.csv", "S1", "kind", "scenarios", "did you mean 'scenario'"),
        ("shock_inputs.csv", "S2.approval", "high", "1.5", "key 'S2.approval': approval 1.5 found; 0 to 1"),
        ("shock_inputs.csv", "S2.approval", "low", "0.9", "low ≤ value ≤ high"),
        ("shock_inputs.csv", "S2.approval", "low", "-0.5", "approval -0.5 found; 0 or more"),
        ("shock_inputs.csv", "S2.preemptive", "low", "-1.5", "low -1.5 found; -1 or more"),
        ("replays.csv", "R2025.trough", "measure", "magnet_through", "did you mean 'magnet_trough'"),
        ("quantities_shock.csv", "shock.loss_share_ev", "value", "0.4", "shares sum to 1.07; they sum to 1"),
        ("shock_inputs.csv", "S2.approval", "value", "half", "a finite number is needed"),
        ("shock_inputs.csv", "S2.approval", "scenario", "S9", "one of S1, S2, S3, S4, R2010, R2025"),
        ("shock_inputs.csv", "S2.approval", "quantity", "aproval", "did you mean 'approval'"),
        ("shock_inputs.csv", "S2.approval", "scenario", "S3", "the key is S3.approval"),
        ("shock_inputs.csv", "S2.approval", "unit", "1", "approval is a share"),
        ("shock_inputs.csv", "S2.approval", "source", "", "no source found"),
        ("shock_inputs.csv", "S1.premium", "low", "0.5", "1 or more times the usual price"),
        ("shock_inputs.csv", "S2.approval", "", "", "no row 'S2.approval' found; every scenario has 17 inputs"),
        ("replays.csv", "R2025.trough", "date", "2025-13-01", "date '2025-13-01' found"),
        ("replays.csv", "R2025.trough", "role", "output", "one of input, calibration, comparator"),
        ("routes.csv", "china_direct", "state", "shut", "one of open, closed"),
        ("routes.csv", "china_direct", "mode", "", "no mode found"),
        ("routes.csv", "china_direct", "value", "-4", "value -4 found; 0 or more"),
        ("routes.csv", "kazakhstan_caspian", "step", "3", "steps [1, 3, 3, 4] found; they count 1, 2, 3"),
        ("routes.csv", "kazakhstan_caspian", "step", "1.5", "a whole number"),
        ("routes.csv", "kazakhstan_caspian", "capacity_t_yr", "many", "capacity_t_yr 'many'"),
        ("quantities_shock.csv", "shock.minimum_share", "value", "1.2", "minimum ≤ low ≤ value ≤ high ≤ maximum"),
    ],
)
def test_a_bad_row_is_named_with_file_key_rule_and_remedy(
    tmp_path: Path, name: str, key: str, column: str, text: str, words: str
) -> None:
    """Derived: one changed cell."""
    with pytest.raises(FailedError) as error:
        read_shock(changed(tmp_path, name, key, column, text))
    message = str(error.value)
    assert name in message
    assert words in message
    assert "\n" not in message


def test_a_route_of_an_unknown_origin_is_refused(tmp_path: Path) -> None:
    """Derived: origins are given by the network."""
    legs = read_shock(changed(tmp_path, "routes.csv", "china_direct", "origin", "chinaa")).routes
    known = {leg.origin for leg in read_shock().routes.values()}
    check_origins(read_shock().routes.values(), known)
    with pytest.raises(
        FailedError, match=r"routes\.csv: key 'china_direct': origin 'chinaa' found.*did you mean 'china'"
    ):
        check_origins(legs.values(), known)


def test_names_of_files_are_names_of_fields() -> None:
    """Derived: what a draw calls a row begins with the name of its file."""
    names = [name for name in shock_rows.ShockTables.__slots__ if name != "quantities"]
    assert all((HERE / f"{name}.csv").is_file() for name in names)
