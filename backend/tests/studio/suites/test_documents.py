"""Reading text: what each format says, its limits, and where what is wrong stands."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.studio.suites.documents import read_document, read_lines, read_yaml
from src.studio.suites.errors import SuiteError
from src.studio.suites.yaml_text import yaml_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-05-03", "2026-05-03"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00:00Z"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("yes", "yes"),
        ("on", "on"),
        ("0x1f", 31),
        ("0o14", 12),
        ("012", 12),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("~", None),
        ("", None),
        ("True", True),
        ("'true'", "true"),
    ],
)
def test_a_plain_scalar_is_what_the_core_schema_says(text: str, value: Any) -> None:
    found = read_yaml(f"value: {text}")["value"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is nothing in it."),
        ("a: 1\nb: [1,\n", "Line 3: This is no YAML: expected the node content, but found '<stream end>'."),
        ("a: 1\na: 2", "Line 2: This is no YAML: the key a is there twice."),
        ('{\n"a": 1,\n}', "Line 2: This is no JSON: trailing comma is not allowed, at character 7."),
        (
            '{"a": 1}\n\n{"a": }',
            "Line 3: This is no JSON: unexpected character, expected a JSON value, at character 7",
        ),
        ("a: {b: [1, .nan]}", "a.b[1]: JSON can say no such number."),
        ("a: !!timestamp 2026-05-03", "Line 1: This is no YAML: there is no tag tag:yaml.org,2002:timestamp here"),
        ("a: 99999999999999999999", "a: A whole number can have 64 bits."),
        ("a: -18446744073709551615", "a: A whole number can have 64 bits."),
        ("a: " + "9" * 5000, "a: JSON can say no such number."),
        ('{"a": [-18446744073709551615]}', "a[0]: A whole number can have 64 bits."),
        ('{"a": 1, "b": {"c": 1, "d": "x:y", "c": 2}}', "The key c is there twice."),
        ('[{"\\u003a": "\\u003A", "a": 1, "a": 1}]', "The key a is there twice."),
        ('{"a": 1}\n{"a": 1, "a": {"b": 1}}', "Line 2: The key a is there twice."),
        ('{"a": 18446744073709551616, "a": 1}', "The key a is there twice."),
        ('{"a": 1}\n{"a": 18446744073709551616}', "[1].a: A whole number can have 64 bits."),
        ("1: 2", "Line 1: This is no YAML: the key 1 must be a text: put it into quotes."),
        ("~: 2", "Line 1: This is no YAML: the key null must be a text: put it into quotes."),
        ("? [a]\n: 1", "Line 1: This is no YAML: a key must be a text."),
        ("a: &a [*a]", "Line 1: This is no YAML: *a stands within what it stands for."),
        ("a: *a", "Line 1: This is no YAML: *a stands for nothing."),
        ('a: !!int ""', "Line 1: This is no YAML: '' is no int."),
        ("a: !!bool foo", "Line 1: This is no YAML: 'foo' is no bool."),
        ("a: !!binary a", "Line 1: This is no YAML: there is no tag tag:yaml.org,2002:binary here"),
        ("a: {<<: 3}", "Line 1: This is no YAML: << must have an object, or a list of such."),
        ("a: 1\n---\nb: 2", "Line 2: This is no YAML: there may be one document in a file."),
        (r'a: "\ud800"', "a: It has half of a character."),
        (r'a: {? "\ud800" : 1}', "a: A key has half of a character."),
        ("a: " + "[" * 121 + "]" * 121, "It is nested more than 120 deep."),
        ("[" * 121 + "]" * 121, "It is nested more than 120 deep."),
        ("a: " + "[" * 5000 + "]" * 5000, "It is nested more than 120 deep."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(SuiteError) as failure:
        read_document(text)
    assert str(failure.value).startswith(told)


def test_python_objects_are_not_made_from_yaml() -> None:
    with pytest.raises(SuiteError, match=r"there is no tag tag:yaml\.org,2002:python/object"):
        read_yaml("a: !!python/object/apply:os.system ['true']")


def test_tags_of_json_and_halves_of_characters_as_json_has_them_are_taken() -> None:
    assert read_yaml('[!!int "3", !!float 3, !!str 3, ! 3, !!seq [], "\\ud83d\\ude00"]') == [
        3,
        3.0,
        "3",
        "3",
        [],
        "😀",
    ]


def test_merges_take_what_is_not_written_and_an_earlier_one_counts_for_more() -> None:
    text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd: {<<: *b}\ne: {"<<": 1}'
    found = read_yaml(text)
    assert found["c"] == {"x": 3, "y": 1, "z": 2}
    assert found["d"] == {"y": 2, "z": 2}
    assert found["e"] == {"<<": 1}


MANY = ", ".join(f"k{number}: 1" for number in range(20_000))
LISTS = "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 10}]\n" for n in range(1, 9))
DOUBLED = "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: *a{n - 1}}}\n" for n in range(1, 60))


@pytest.mark.parametrize(
    "text",
    [
        f"a0: &a0 [{'1, ' * 10}]\n{LISTS}",
        f"a: &a {{{MANY}}}\nb: [{', '.join(['{<<: *a}'] * 2_000)}]",
        f"a: &a {{{MANY}}}\nb: {{<<: [{', '.join(['*a'] * 2_000)}]}}",
        f"a0: &a0 {{x: 1}}\n{DOUBLED}",
        f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1_000)}]",
    ],
    ids=["lists", "merges", "a list of merges", "merges of merges", "texts"],
)
def test_aliases_that_stand_for_too_much_are_refused_before_it_is_there(text: str) -> None:
    with pytest.raises(SuiteError, match=r"Line \d+: Its aliases stand for more than 20 MB\."):
        read_yaml(text)


def test_more_values_than_can_be_kept_are_refused() -> None:
    with pytest.raises(SuiteError, match="There are more than 3,000,000 values in it"):
        read_document("[" + "1," * 3_000_000 + "1]")


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(SuiteError, match="20 MB at most"):
        read_document(b" " * 20_000_001)
    with pytest.raises(SuiteError, match="YAML may have 2 MB at most; JSON is read"):
        read_document("a: 1\n" * 400_001)


def test_colons_within_texts_are_none_of_keys() -> None:
    for text in (
        '{"a": "b:c", "d:e": [":"]}',
        r'{"a": "\u003a\\u003a", "b": "\\\u003A"}',
        '{"a": {"a": {"a": 1}}}',
    ):
        assert read_document(text) == json.loads(text)


def test_lines_are_a_list_and_one_list_will_do() -> None:
    assert read_lines('{"a": 1}\n\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]
    assert read_lines('[{"a": 1}, {"a": 2}]') == [{"a": 1}, {"a": 2}]
    assert read_lines('{"a": 1}') == [{"a": 1}]
    assert read_lines(" \n") == []
    assert read_lines('{"a": "x\u2028y"}\n{"a": "\x85"}\r\n') == [{"a": "x\u2028y"}, {"a": "\x85"}]
    assert read_document('\ufeff{"a": 1}\n{"a": 2}') == [{"a": 1}, {"a": 2}]


SPECIAL = r"""
null ~ on 1 1e3 0x1 2026-05-03 12:30 a:b - ? # #a ' " % @ ` | > &a *a !a { [ ] } , << = é --- ... -a .nan y No
"""
TRICKY = SPECIAL.split()
TRICKY += ["", " ", "a: b", "- a", "a #b", " a", "a ", "--- a\n", "a\n---\nb", "%a\n", "a:", "\u2028", "\x85"]
TRICKY += ["\0", "\ufeff", "a\nb\n", "a\n\nb", "\na", "a\n\n", "a \nb", " a\nb", "\t", "a\tb\n", "a\r\nb", "\n"]
TRICKY += ["\n\n", "#a\nb", "a\n b"]
TEXTS = st.text(max_size=30) | st.sampled_from(TRICKY)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)  # YAML's reader is loaded with the first of them
@given(VALUES)
def test_what_is_written_as_yaml_reads_back_the_same(value: Any) -> None:
    assert read_yaml(yaml_text({"value": value})) == {"value": value}
    assert read_yaml(yaml_text([value, value])) == [value, value]


def test_keys_longer_than_yaml_looks_for_a_colon_read_back() -> None:
    value = {"k" * 1_100: {"l" * 1_100: [1, {"é" * 1_100: {"a": 1}}], "z": "a\nb"}, "n" * 2_000: "x\ny\n"}
    assert read_yaml(yaml_text(value)) == value
    assert read_yaml(yaml_text([value, [value]])) == [value, [value]]


def test_yaml_keeps_texts_of_lines_and_short_objects_readable() -> None:
    value = {"prompt": "One\nTwo", "calls": [{"tool": "f", "arguments": {"day": "2026-05-03", "on": True}}]}
    assert yaml_text(value) == (
        'prompt: |-\n  One\n  Two\ncalls: [{tool: f, arguments: {day: "2026-05-03", "on": true}}]\n'
    )
