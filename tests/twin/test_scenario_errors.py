"""Mistakes in scenarios, asserted literally: one line with place, key, what was found, the rule, the remedy."""

from pathlib import Path

import pytest

from ops_data.errors import ScenarioError, UnknownNameError
from twin.scenario import Scenario, load_scenario

BASE = 'extends = "pilot-2027"\n'


def message(tmp_path: Path, text: str, *sets: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(path), sets)
    line = str(caught.value)
    assert "\n" not in line
    return line.replace(str(tmp_path) + "/", "")


MISTAKES = {
    "a misspelt key": (
        "[mining]\nvesels = 2",
        "mine.toml: key 'mining.vesels': unknown; keys are fixed; did you mean 'mining.vessels'?",
    ),
    "a misspelt section": (
        "[minning]\nvessels = 2\nvessel = 'chikyu'",
        "mine.toml: section 'minning': unknown; sections and keys are fixed; did you mean 'mining'?",
    ),
    "a key in the wrong section": (
        "[mining]\nstroke_m = 2",
        "mine.toml: key 'mining.stroke_m': unknown; keys are fixed; did you mean 'tool.stroke_m'?",
    ),
    "a key whose name stands in two sections": (
        "[mining]\nbore_m = 2",
        "mine.toml: key 'mining.bore_m': unknown; keys are fixed; did you mean 'tool.bore_m' or 'riser.bore_m'?",
    ),
    "a wrong unit": (
        '[site]\nwater_depth_m = "5.6 km"',
        "mine.toml: key 'site.water_depth_m': unit km found; a number in m is needed; convert it to m",
    ),
    "per cent instead of a ratio": (
        '[slurry]\nsolids_volume_fraction = "5 %"',
        "mine.toml: key 'slurry.solids_volume_fraction': unit % found; a plain number is needed; "
        "convert it to a plain number",
    ),
    "a text instead of a number": (
        '[tool]\nbore_m = "wide"',
        "mine.toml: key 'tool.bore_m': \"wide\" found; a number in m is needed; write for example 3",
    ),
    "a value out of range": (
        "[slurry]\nsolids_volume_fraction = 5",
        "mine.toml: key 'slurry.solids_volume_fraction': 5 found; allowed 0.005 to 0.2; choose a value in this range",
    ),
    "a depth out of range": (
        "[site]\nwater_depth_m = 56000",
        "mine.toml: key 'site.water_depth_m': 56000 found; allowed 100 to 11000 m; choose a value in this range",
    ),
    "low above high": (
        "[tool]\nbore_m = {value = 3, low = 4, high = 2}",
        "mine.toml: key 'tool.bore_m': low 4 above high 2; low ≤ value ≤ high; exchange the two",
    ),
    "a value outside its range": (
        "[tool]\nbore_m = {value = 3, low = 4, high = 5}",
        "mine.toml: key 'tool.bore_m': value 3 outside 4 to 5; low ≤ value ≤ high; widen the range or move the value",
    ),
    "half a range": (
        "[tool]\nbore_m = {value = 3, low = 2}",
        "mine.toml: key 'tool.bore_m': one of low and high found; a range has both; give both or neither",
    ),
    "a misspelt field of a quantity": (
        "[tool]\nbore_m = {value = 3, sorce = 'x'}",
        "mine.toml: key 'tool.bore_m': field 'sorce' found; fields are fixed; did you mean 'source'?",
    ),
    "a misspelt law": (
        "[tool]\nbore_m = {value = 3, low = 2, high = 4, law = 'unifrom'}",
        "mine.toml: key 'tool.bore_m': law \"unifrom\" found; law is one of fixed, triangular, uniform, lognormal; "
        "did you mean 'uniform'?",
    ),
    "the end before the start": (
        "[campaign]\nend = 2026-05-10T09:00:00+09:00",
        "mine.toml: key 'campaign.end': start 2027-01-08T00:00Z, end 2026-05-10T00:00Z found; "
        "the start is before the end; move one of the two",
    ),
    "a charter end after the horizon": (
        "[campaign]\ncharter_end = 2027-06-01T09:00:00+09:00",
        "mine.toml: key 'campaign.charter_end': charter end 2027-06-01T00:00Z found; it lies after the start "
        "2027-01-08T00:00Z and not after the end 2027-05-10T00:00Z; move it into the span",
    ),
    "a time without zone": (
        "[campaign]\nstart = 2027-01-08T09:00:00",
        "mine.toml: key 'campaign.start': 2027-01-08T09:00:00 found; a date and time with zone is needed; "
        "write for example 2027-01-08T09:00:00+09:00",
    ),
    "a date without time": (
        "[campaign]\nstart = 2027-01-08",
        "mine.toml: key 'campaign.start': 2027-01-08 found; a date and time with zone is needed; "
        "write for example 2027-01-08T09:00:00+09:00",
    ),
    "a target date outside the span": (
        "[campaign]\ntarget_by = [2028-02-29]",
        "mine.toml: key 'campaign.target_by': target date 2028-02-29 found; a target date lies within the span "
        "2027-01-08 to 2027-05-10 (JST); move it into the span or remove it",
    ),
    "zero shuttles": (
        "[shuttles]\ncount = 0",
        "mine.toml: key 'shuttles.count': 0 shuttles found; transfer.method \"hose\" needs at least one shuttle; "
        'add shuttles or set transfer.method = "none"',
    ),
    "half a ship": (
        "[mining]\nvessels = 1.5",
        "mine.toml: key 'mining.vessels': 1.5 found; a whole number is needed; write it without quotes or decimals",
    ),
    "no ship": (
        "[mining]\nvessels = 0",
        "mine.toml: key 'mining.vessels': 0 found; at least 1; choose a value in this range",
    ),
    "an unknown vessel": (
        "[mining]\nvessel = 'chikyuu'",
        "mine.toml: key 'mining.vessel': \"chikyuu\" found; a mining row of vessels.csv is needed; "
        "did you mean 'chikyu'?",
    ),
    "a vessel of another kind": (
        "[mining]\nvessel = 'shuttle-2000'",
        "mine.toml: key 'mining.vessel': \"shuttle-2000\" found; that is a shuttle vessel, not a mining one; "
        "allowed: chikyu, lift-ship-20000",
    ),
    "an unknown weather record": (
        "[weather]\nrecord = 'era5-41N-125E'",
        "mine.toml: key 'weather.record': \"era5-41N-125E\" found; a packaged record or the path of a file is needed; "
        "did you mean 'era5-41N-125W'?",
    ),
    "a weather file that does not exist": (
        "[weather]\nrecord = 'my-sea.csv'",
        "mine.toml: key 'weather.record': no file \"my-sea.csv\"; a packaged record or the path of a file is needed; "
        "check the path, or take a packaged one: era5-41N-125W",
    ),
    "an unknown policy": (
        "[storms]\npolicy = 'hangoff'",
        "mine.toml: key 'storms.policy': \"hangoff\" found; one of ride_out, hang_off, recover_and_evade; "
        "did you mean 'hang_off'?",
    ),
    "a text for yes or no": (
        "[failures]\nenabled = 'no'",
        "mine.toml: key 'failures.enabled': \"no\" found; true or false is needed; write it without quotes",
    ),
    "a number where a section is meant": (
        "mining = 3",
        "mine.toml: key 'mining': no table; a section holds keys; write [mining] and its keys below",
    ),
    "shares that leave nothing for lifting": (
        "[mining]\ninsert_share = 0.7",
        "mine.toml: key 'mining.insert_share': sum 1.05 found; mining.insert_share + mining.disaggregate_share "
        "below 1, lifting takes the rest; lower one of the two",
    ),
    "a hold smaller than one insertion": (
        "[mining]\nhold_m3 = 50",
        "mine.toml: key 'mining.hold_m3': hold 50 m3 found; one insertion makes 93 m3 of slurry and must fit; "
        "choose a larger hold, a smaller tool or a thicker slurry",
    ),
    "a stock too small for the carrier": (
        "[carriers]\nvessel = 'carrier-20000'",
        "mine.toml: key 'carriers.vessel': stock 10000 t found; a carrier waits for 10980 t of cake; "
        "enlarge the stock or choose a smaller carrier or minimum load",
    ),
    "a slurry thicker than the mud": (
        "[slurry]\nsolids_volume_fraction = 0.2\n[mud]\ndry_bulk_density_t_m3 = 0.45",
        "mine.toml: key 'slurry.solids_volume_fraction': 0.2 found; not above the mud's own 0.180 (dry bulk over grain "
        "density); choose a thinner slurry or correct the densities",
    ),
    "a slurry that may be drawn thicker than the mud": (
        "[slurry]\nsolids_volume_fraction = {value = 0.1, low = 0.08, high = 0.17}",
        "mine.toml: key 'slurry.solids_volume_fraction': 0.17 found; not above the mud's own 0.164 (dry bulk over "
        "grain density) at the ends of the ranges; choose a thinner slurry or correct the densities",
    ),
    "a charter too short to mine": (
        "[campaign]\ncharter_end = 2027-01-25T09:00:00+09:00",
        "mine.toml: key 'campaign.charter_end': charter end 2027-01-25T00:00Z found; to be home by then the ship must "
        "leave by 2027-01-10T07:12Z, and it arrives on 2027-01-13T00:00Z; lengthen the charter or lower "
        "departure.margin_h",
    ),
    "shuttles that never sail": (
        "[transfer]\nmethod = 'none'",
        "mine.toml: key 'transfer.method': 2 shuttles found; with transfer.method \"none\" no shuttle sails; "
        "set shuttles.count = 0 or choose another method",
    ),
    "a tank smaller than a shuttle's load": (
        "[island]\nslurry_tank_m3 = 1900",
        "mine.toml: key 'island.slurry_tank_m3': tank 1900 m3 found; a shuttle brings up to 2000 m3 of slurry and must "
        "be emptied at once; enlarge the tank or choose a smaller shuttle",
    ),
    "the name of a packaged scenario": (
        "name = 'calm'",
        "mine.toml: key 'name': \"calm\" found; that is the name of a packaged scenario; "
        'choose another, for example name = "my-plan"',
    ),
    "a name with a blank": (
        "name = 'my plan'",
        "mine.toml: key 'name': \"my plan\" found; a name consists of letters (A-Z, a-z), digits, '.', '-' and '_'; "
        'choose another, for example name = "my-plan"',
    ),
    "a ship too deep for the quay": (
        "[island]\nquay_depth_m = 3",
        "mine.toml: key 'island.quay_depth_m': \"shuttle-2000\" found; its ballast draught 3 m must be below "
        "island.quay_depth_m 3; choose a smaller vessel or a deeper quay (and 1 more)",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    text, expected = MISTAKES[name]
    assert message(tmp_path, BASE + text + "\n") == expected


def test_a_file_named_like_a_packaged_scenario_needs_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "calm.toml"
    path.write_text(BASE, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"key 'name': \"calm\" found; that is the name of a packaged scenario;"):
        load_scenario(str(path))
    path.write_text(BASE + "name = 'my-calm'\n", encoding="utf-8")
    assert load_scenario(str(path)).name == "my-calm"


def test_several_mistakes_give_the_first_and_their_count(tmp_path: Path) -> None:
    text = BASE + "[mining]\nvesels = 2\nvessel = 'x'\n[tool]\nbore_m = 99\n"
    assert message(tmp_path, text) == (
        "mine.toml: key 'mining.vesels': unknown; keys are fixed; did you mean 'mining.vessels'? (and 2 more)"
    )


def test_a_scenario_that_states_too_little_names_what_is_missing(tmp_path: Path) -> None:
    assert message(tmp_path, "[mining]\nvessels = 1\n").startswith(
        "mine.toml: key 'title': missing; a value is needed; add it, or start from extends = \"pilot-2027\" (and "
    )


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    assert message(tmp_path, BASE + "[mining\nvessels = 2\n") == (
        "mine.toml:2: not TOML: Expected ']' at the end of a table declaration; a scenario is a TOML file; "
        "correct the line"
    )


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="not UTF-8 text; a scenario is a TOML file; save it as UTF-8"):
        load_scenario(str(path))


def test_an_unknown_scenario_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_scenario("pilot-2072")
    assert str(caught.value) == (
        "scenario 'pilot-2072': no packaged scenario has this name; did you mean 'pilot-2027'?"
    )


def test_a_scenario_path_that_does_not_exist_is_told() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("plans/gone.toml")
    assert str(caught.value) == (
        "plans/gone.toml: no such scenario file; a path to a TOML file is needed; check the path"
    )


def test_a_folder_given_as_a_scenario_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such scenario file"):
        load_scenario(f"{tmp_path}/")


def test_a_loop_of_extends_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('extends = "mine.toml"\n', encoding="utf-8")
    assert message(tmp_path, 'extends = "other.toml"\n') == (
        "other.toml: key 'extends': loop mine.toml → other.toml → mine.toml; a scenario cannot extend itself; "
        "remove one of the 'extends'"
    )


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ('"pilot-2026"', "scenario 'pilot-2026': no packaged scenario has this name; did you mean 'pilot-2027'?"),
        ('"gone.toml"', "gone.toml: no such scenario file; a path to a TOML file is needed; check the path"),
        ("3", '3 found; the name or path of a scenario; write extends = "pilot-2027"'),
    ],
)
def test_an_extends_that_leads_nowhere_is_told(tmp_path: Path, parent: str, expected: str) -> None:
    assert message(tmp_path, f"extends = {parent}\n") == f"mine.toml: key 'extends': {expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mining.vessels", "--set 'mining.vessels': no key and value found; the form is key=value; write both"),
        ("=3", "--set '=3': no key and value found; the form is key=value; write both"),
        ("tool.bore_m=[1", "--set 'tool.bore_m=[1': not TOML: Unclosed array; the value follows TOML; correct it"),
        ("tool.bore=3", "--set: key 'tool.bore': unknown; keys are fixed; did you mean 'tool.bore_m'?"),
        ("tool.bore_m=3 ft", "--set: key 'tool.bore_m': unit ft found; a number in m is needed; convert it to m"),
        (
            f"site.water_depth_m={'9' * 400}",
            "--set: key 'site.water_depth_m': inf found; a finite number is needed; write for example 5600",
        ),
        ("tool.bore_m=nan", "--set: key 'tool.bore_m': nan found; a finite number is needed; write for example 3"),
        ("tool.bore_m=true", "--set: key 'tool.bore_m': true found; a number in m is needed; write for example 3"),
        (
            "transfer.method=hos",
            "--set: key 'transfer.method': \"hos\" found; one of hose, side_by_side, none; did you mean 'hose'?",
        ),
        (
            "name=calm",
            "--set: key 'name': \"calm\" found; that is the name of a packaged scenario; "
            'choose another, for example name = "my-plan"',
        ),
        (
            "campaign.start=2028-01-01T00:00:00Z",
            "--set: key 'campaign.start': start 2028-01-01T00:00Z, end 2027-05-10T00:00Z found; "
            "the start is before the end; move one of the two",
        ),
    ],
)
def test_a_mistake_in_a_set_value_is_told(text: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("pilot-2027", [text])
    assert str(caught.value) == expected


def test_a_json_text_that_is_no_sealed_scenario_is_told() -> None:
    text = load_scenario("calm").to_json().replace('"vessels":1', '"vessels":"one"')
    with pytest.raises(ScenarioError, match=r"scenario JSON: key 'mining.vessels': .*; a sealed scenario is needed"):
        Scenario.from_json(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"mining.cycle_h={'9' * 5_000}", "a number of 5000 digits found"),
        ("campaign.start=0001-01-01T00:00:00+09:00", "years 1 to 9999"),
    ],
)
def test_a_value_beyond_what_python_reads_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_scenario("calm", [text])
