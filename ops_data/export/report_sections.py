"""What stands in the review report, by section; headings of the draft ISA impact statement (Annex IV)."""

from collections.abc import Sequence
from typing import TypeAlias

from ops_data.export import report_tables as tables
from ops_data.export.report_blocks import Block, callout
from ops_data.export.report_data import Figures, ReportData
from ops_data.export.report_text import Words
from ops_data.export.report_writer import Writer
from ops_data.reference.glossary_rows import glossary

METHOD: tuple[str, ...] = ("s3_11_releases", "s3_11_near", "s3_11_far", "s3_11_members")


Review: TypeAlias = Writer[ReportData]


def sections(data: ReportData, figures: Figures, words: Words) -> list[Block]:
    """Return the whole report."""
    write = Writer(data, figures, words)
    parts = (_summary, _context, _project, _surroundings, _physical, _biology, _residual, _rest, _appendices)
    return [block for part in parts for block in part(write)]


def _proxies(write: Review, group: str) -> Block:
    """Return the table of a group of proxies."""
    return write.table(tables.proxy_table(write.data.proxies, group, write.words))


def _summary(write: Review) -> Sequence[Block]:
    empty = [] if write.data.lifting else [callout(write.words.text("text", "no_lifting"))]
    return [
        write.head("summary"),
        write.say("summary"),
        write.say("summary_reading"),
        *empty,
        write.table(tables.summary_table(write.data.summary, write.words)),
        callout(write.words.text("cover", "screening")),
        *write.show("thresholds"),
        Block("portrait"),
    ]


def _context(write: Review) -> Sequence[Block]:
    return [
        write.head("s1"),
        write.head("s1_1", 2),
        write.say("s1_1"),
        write.head("s1_2", 2),
        write.fill("s1_2"),
        write.head("s2"),
        write.head("s2_1", 2),
        write.say("s2_1"),
        write.head("s2_2", 2),
        write.say("s2_2"),
        write.head("s2_3", 2),
        write.say("s2_3"),
        write.say("s2_3_levels"),
    ]


def _project(write: Review) -> Sequence[Block]:
    return [
        write.head("s3"),
        write.head("s3_1", 2),
        write.say("s3_1"),
        write.table(tables.facts_table(write.data.facts, write.words)),
        *write.show("site"),
        write.head("s3_11", 2),
        *(write.say(key) for key in METHOD),
    ]


def _surroundings(write: Review) -> Sequence[Block]:
    return [
        write.head("s4"),
        write.say("s4"),
        write.fill("s4_fill"),
        write.head("s5"),
        write.fill("s5"),
        write.head("s6"),
        write.fill("s6"),
    ]


def _physical(write: Review) -> Sequence[Block]:
    data, words = write.data, write.words
    return [
        write.head("s7"),
        write.head("s7_1", 2),
        write.say("s7_1"),
        write.table(tables.closure_table(data.closure, "releases", words)),
        write.head("s7_2", 2),
        write.say("s7_2"),
        *write.show("concentration_max", "concentration_hours", "concentration_exceedance"),
        *write.show("return_max", "return_exceedance"),
        write.head("s7_3", 2),
        write.say("s7_3"),
        *write.show("deposit", "deposit_exceedance"),
        write.head("s7_4", 2),
        write.say("s7_4"),
        write.table(tables.closure_table(data.closure, "plume", words)),
        write.head("s7_5", 2),
        write.say("s7_5"),
        _proxies(write, "noise"),
        *write.show("noise"),
        write.head("s7_6", 2),
        write.say("s7_6"),
        _proxies(write, "seabed"),
        write.head("s7_7", 2),
        write.say("s7_7"),
        _proxies(write, "water"),
        write.head("s7_8", 2),
        write.say("s7_8"),
        _proxies(write, "light"),
    ]


def _biology(write: Review) -> Sequence[Block]:
    return [
        write.head("s8"),
        write.say("s8_clock"),
        _proxies(write, "recovery"),
        write.fill("s8_levels"),
        write.head("s9"),
        write.fill("s9"),
        write.head("s9_bis"),
        write.say("s9_bis"),
        _proxies(write, "air"),
        *write.show("emissions"),
    ]


def _residual(write: Review) -> Sequence[Block]:
    data, words = write.data, write.words
    zones = write.table(tables.zone_table(data.zones, words)) if data.zones else write.say("no_zones")
    return [
        write.head("s10"),
        write.say("s10"),
        write.fill("s10_fill"),
        write.head("s10_bis"),
        write.say("s10_bis"),
        Block("list", lines=words.lines("text", "s10_bis_list")),
        write.head("s10_quin"),
        write.say("s10_quin"),
        write.table(tables.threshold_table(data.thresholds, "concentration", words)),
        write.table(tables.threshold_table(data.thresholds, "deposit", words)),
        write.head("s10_zones", 2),
        write.say("s10_zones"),
        zones,
    ]


def _rest(write: Review) -> Sequence[Block]:
    return [
        write.head("s11"),
        write.say("s11"),
        write.fill("s11_fill"),
        write.head("s12"),
        write.say("s12"),
        _proxies(write, "stewardship"),
        write.head("s13"),
        write.fill("s13"),
        write.head("s14"),
        write.say("s14"),
        write.table(tables.glossary_table(glossary(), write.words)),
        write.head("s15"),
        write.fill("s15"),
        write.head("s16"),
        write.say("s16"),
        Block("list", lines=tables.references(write.data)),
    ]


def _appendices(write: Review) -> Sequence[Block]:
    data, words = write.data, write.words
    return [
        Block("landscape"),
        write.head("s17"),
        write.head("a1", 2),
        write.say("a1"),
        write.table(tables.assumption_table(data.assumptions, words)),
        write.head("a2", 2),
        write.say("a2"),
        write.table(tables.comparison_table(data.comparison, words)),
        write.head("a3", 2),
        write.say("a3"),
        write.table(tables.verification_table(data.verification, words)),
        Block("portrait"),
        write.head("a4", 2),
        write.say("a4"),
        write.table(tables.file_table(data.files, words)),
        write.head("a5", 2),
        write.say("a5"),
    ]
