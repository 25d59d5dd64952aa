"""Reference rows: every number sourced, every range in order, every broken row an error in words."""

import re
from pathlib import Path

import pytest

from ops_data.errors import FailedError
from ops_data.reference import FOLDER, components, parameters, vessels
from ops_data.reference.rows import read_components, read_parameters, read_vessels

HEADER = "key,value,low,high,law,event_law,event_low,event_high,minimum,maximum,unit,source,confidence,note\n"
UNIT_ENDINGS = {
    "_m2_s": "m2/s", "_mg_l": "mg/L", "_kg_m3": "kg/m3", "_nmol_l": "nmol/L", "_db": "dB", "_hz": "Hz",
    "_per_s": "1/s", "_t_mj": "t/MJ", "_mj_kg": "MJ/kg", "_g_mj": "g/MJ", "_kw": "kW", "_mm_s": "mm/s",
    "_usd_kg": "USD/kg", "_usd_t": "USD/t", "_usd_kwh": "USD/kWh", "_kg_kg": "kg/kg", "_kg_kwh": "kg/kWh",
    "_kg_t": "kg/t", "_kwh_kg": "kWh/kg", "_kwh_t": "kWh/t", "_kwh_m3": "kWh/m3", "_kw_m3": "kW/m3", "_l_m3": "L/m3",
    "_kg_d": "kg/d", "_mol_l": "mol/L", "_l_kg": "L/kg", "_g_l": "g/L", "_kj_mol": "kJ/mol", "_t_t": "t/t",
    "_per_min": "1/min", "_min": "min", "_percent": "%", "_um": "um",
    "_t_m3": "t/m3", "_m3_h": "m3/h", "_m_s": "m/s", "_t_h": "t/h", "_t_d": "t/d", "_day_jpy": "JPY/d", "_per_t": None,
    "_g_kwh": "g/kWh", "_kpa_m": "kPa/m", "_kpa": "kPa", "_mpa": "MPa", "_pa_sn": "Pa s^n", "_pa": "Pa", "_mw": "MW",
    "_mm": "mm", "_m2": "m2", "_km2": "km2", "_g_kg": "g/kg", "_c": "degC", "_ppm": "ppm", "_t_y": "t/y",
    "_per_usd": "JPY/USD", "_deg": "deg", "_km": "km", "_kn": "kn", "_jpy": "JPY", "_h": "h", "_d": "d", "_m3": "m3",
    "_m": "m", "_t": "t", "_s": "s", "_kg": "kg", "_y": "y", "_kelvin": "K",
}  # fmt: skip


def test_every_number_has_a_full_source_or_an_assumption_with_its_reason() -> None:
    rows = [(row.key, row.source, row.confidence, row.note) for row in parameters().values()]
    rows += [(row.name, row.source, row.confidence, row.note) for row in vessels().values()]
    rows += [(row.name, row.source, row.confidence, row.note) for row in components().values()]
    for name, source, confidence, note in rows:
        assert len(source) > 20, name
        assert not re.search(r"\[[RS]?\d+\]", source), f"{name}: a tag is no citation"
        assert source.startswith("assumption:") == (confidence == "A"), name
        assert note.strip(), name


def test_the_unit_of_every_quantity_is_the_ending_of_its_key() -> None:
    for key, row in parameters().items():
        ending = next((end for end in UNIT_ENDINGS if key.endswith(end)), None)
        if key.startswith("weather.forecast_error") or key == "bunkering.hours":
            continue
        expected = "1" if ending is None else UNIT_ENDINGS[ending]
        assert expected is None or row.unit == expected, key


def test_values_published_in_the_sources_stand_in_the_rows() -> None:
    """Published: JAMSTEC 2026-02-02, Chikyu DPS page, IMO MEPC.364(79), MLIT."""
    assert parameters()["site.water_depth_m"].value == 5600
    assert parameters()["limits.wind_m_s"].value == 23
    assert parameters()["fuel.co2_t_per_t"].value == 3.206
    assert parameters()["island.quay_depth_m"].value == 8.0
    assert vessels()["chikyu"].loaded_draught_m == 9.2


def test_a_full_insertion_of_the_pilot_tool_is_11_7_t_dry_and_28_6_t_wet() -> None:
    """Derived: pi/4 * 3^2 * 3 = 21.2 m3 in place."""
    q = {key: row.value for key, row in parameters().items()}
    volume = 3.141592653589793 / 4 * q["tool.bore_m"] ** 2 * q["tool.stroke_m"]
    assert volume == pytest.approx(21.2, abs=0.05)
    assert volume * q["mud.dry_bulk_density_t_m3"] == pytest.approx(11.7, abs=0.05)
    assert volume * q["mud.bulk_density_t_m3"] == pytest.approx(28.6, abs=0.05)


def test_bulk_density_is_solids_plus_pore_water() -> None:
    """Derived: dry + (1 - dry / grain) * sea water of 1.03 t/m3."""
    q = {key: row.value for key, row in parameters().items()}
    dry, grain = q["mud.dry_bulk_density_t_m3"], q["mud.grain_density_t_m3"]
    assert dry + (1 - dry / grain) * 1.03 == pytest.approx(q["mud.bulk_density_t_m3"], rel=0.005)


def test_rows_say_which_values_come_from_the_2026_voyage_and_test_nothing_of_it() -> None:
    for key in ("setup.first_mud_h", "transit.home_h", "setup.survey_h", "setup.rig_up_h"):
        assert "no test of it" in parameters()[key].note, key


def test_rows_say_what_their_numbers_are_for_and_why_they_range_as_they_do() -> None:
    rows = parameters()
    assert "per mining vessel" in rows["string.spare_strings"].note
    factor, guard = rows["weather.hs_factor"], rows["cost.guard_vessel_day_jpy"]
    assert (factor.low, factor.high) == (0.8, 1.2)
    assert "10 %" in factor.source and "as much again" in factor.source
    assert "its fuel included" in guard.note and "not simulated" in guard.note


def test_six_hundred_joints_take_one_week_in_calm_sea() -> None:
    """Published: television digest, about one week for about 600 pieces."""
    assert 600 * parameters()["string.run_joint_h"].value / 24 == pytest.approx(7.0, abs=0.05)


def test_components_wear_only_in_activities_of_their_own_asset() -> None:
    own = {
        "shuttle": {"wait_at_site", "moor", "load", "sail_to_island", "unload", "sail_to_site"},
        "island": {"dewater", "idle"},
        "carrier": {"sail_to_island", "load", "sail_to_mainland", "unload", "idle"},
        "mining": {
            "transit_out", "set_up", "run_string", "land_string", "shift", "insert", "disaggregate", "lift", "relocate",
            "offload", "flush", "recover_string", "secure", "hang_off", "restart", "evade", "return_to_site",
            "disconnect", "reconnect", "repair", "port_call", "bunker", "crew_change", "transit_home", "off_hire",
        },
    }  # fmt: skip
    for row in components().values():
        assert set(row.wears_during) <= own[row.asset_kind], row.name


def test_lognormal_rows_have_their_value_at_the_median() -> None:
    for key, row in parameters().items():
        if row.law == "lognormal":
            assert row.value == pytest.approx((row.low * row.high) ** 0.5, rel=0.05), key


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a.b_m,1,2,3,fixed,none,,,0,9,m,assumption: for this test,A,x", "minimum 0, low 2, value 1"),
        ("a.b_m,x,2,3,fixed,none,,,0,9,m,assumption: for this test,A,x", "value 'x' found; a finite number is needed"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,,assumption: for this test,A,x", "no unit"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,m,,A,x", "no source"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,m,assumption: guess,A,x", "an assumption gives its reason"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,m,assumption: for this test,H,x", "A and only A is an assumption"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,m,assumption: for this test,Q,x", "confidence 'Q'"),
        ("a.b_m,1,1,1,fixde,none,,,0,9,m,assumption: for this test,A,x", "did you mean 'fixed'?"),
        ("a.b_m,1,1,1,fixed,triangular,,,0,9,m,assumption: for this test,A,x", "need event_low and event_high"),
        ("a.b_m,1,1,1,fixed,triangular,2,3,0,9,m,assumption: for this test,A,x", "event_low 2, value 1"),
        ("a.b_m,1,0,1,lognormal,none,,,0,9,m,assumption: for this test,A,x", "lognormal needs positive bounds"),
        ("a.b_m,1,1,1,fixed,none,,,0,9,m,assumption: for, this test,A,x", "wrong number of cells"),
    ],
)
def test_a_broken_parameter_row_names_file_line_key_and_rule(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "parameters.csv"
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(FailedError, match=re.escape(message)) as caught:
        read_parameters(path)
    assert str(caught.value).startswith("parameters.csv:2: key 'a.b_m'")
    assert "\n" not in str(caught.value)


def test_a_repeated_key_and_a_wrong_header_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "parameters.csv"
    line = "a.b_m,1,1,1,fixed,none,,,0,9,m,assumption: for this test,A,x\n"
    path.write_text(HEADER + line + line, encoding="utf-8")
    with pytest.raises(FailedError, match="repeated key"):
        read_parameters(path)
    path.write_text("key,value\n", encoding="utf-8")
    with pytest.raises(FailedError, match=r"parameters.csv:1: header 'key,value' found"):
        read_parameters(path)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("vessels.csv", ",mining,", ",minning,", "kind 'minning' found"),
        ("vessels.csv", ",2000,6000,", ",0,6000,", "hold_low_m3 0 found; above zero"),
        ("components.csv", ",exponential,", ",exponental,", "did you mean 'exponential'?"),
        ("components.csv", ",500,200,2000,", ",500,600,2000,", "mtbf_low_h 600"),
        ("components.csv", ",in_place,0.1,0,", ",in_place,1.1,0,", "escalation_probability 1.1 found; 0 to 1"),
        ("components.csv", ",in_place,0.1,0,", ",in_place,0.1,0.5,", "spares 0.5 found"),
    ],
)
def test_a_broken_vessel_or_component_row_is_an_error(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FailedError, match=re.escape(message)):
        (read_vessels if name == "vessels.csv" else read_components)(path)
