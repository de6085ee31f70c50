"""Traces: every known form is read alike, and what is wrong is named with its place."""

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.simulation.trace.read import Trace, read_trace

HEADER = "time_s,input_tokens,output_tokens\n"


def read(text: str | bytes) -> Trace:
    return read_trace(text if isinstance(text, bytes) else text.encode(), "t.csv")


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("plimsoll", f"{HEADER}10,472,18\n12.5,1087,230\n"),
        (
            "plimsoll",
            '\ufeffid,output_tokens,time_s,input_tokens\r\n"a,b",18,10,472\r\n\r\nc,230,12.5,1087\r\n',
        ),
        (
            "azure",
            (
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                "2023-11-16 18:15:46.6805900,472,18\n2023-11-16 18:15:49.1805900,1087,230\n"
            ),
        ),
        (
            "azure",
            (
                "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                "2024-05-10 00:00:58.5+00:00,472,18\n2024-05-10 00:01:01+00:00,1087,230\n"
            ),
        ),
        (
            "burstgpt",
            (
                "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                "5,ChatGPT,472,18,490,Conversation log\n7.5,GPT-4,1087,230,1317,API log\n"
            ),
        ),
        (
            "mooncake",
            (
                '{"timestamp": 27482, "input_length": 472, "output_length": 18, "hash_ids": [46, 47]}\n'
                '{"timestamp": 29982, "input_length": 1087, "output_length": 230, "hash_ids": [46]}\n'
            ),
        ),
        (
            "bailian",
            (
                '{"chat_id": 159, "timestamp": 61.1, "input_length": 472, "output_length": 18}\n'
                '{"chat_id": 160, "timestamp": 63.6, "input_length": 1087, "output_length": 230}\n'
            ),
        ),
    ],
)
def test_every_form_says_the_same(form: str, text: str) -> None:
    found = read(text)
    assert found.form == form
    assert found.times == pytest.approx((0.0, 2.5), abs=1e-8)
    assert found.prompts == (472, 1087)
    assert found.answers == (18, 230)
    assert found.first(1).times == (0.0,)


def test_all_that_is_wrong_is_named_with_line_and_column() -> None:
    found = problems(HEADER + "0,x,2\n1,,\n-1,3,4\n5,1\n4,1.5,2\nnan,1,1\n3,1,1\n2,1,1\n")
    assert [each.partition(";")[0] for each in found] == [
        "t.csv:2:3: input_tokens: 'x' is no count",
        "t.csv:3:3: input_tokens: '' is no count",
        "t.csv:3:4: output_tokens: '' is no count",
        "t.csv:4:1: time_s: '-1' is no time",
        "t.csv:5:4: output_tokens: no output_tokens",
        "t.csv:6:3: input_tokens: '1.5' is no count",
        "t.csv:7:1: time_s: 'nan' is no time",
        "t.csv:9:1: time_s: time runs backwards",
    ]
    assert all(each.count(";") == 2 for each in found), "what, why, how to mend it"


def test_lines_of_json_are_named_too() -> None:
    good = '{"timestamp": 27482, "input_length": 6955, "output_length": 52}\n'
    found = problems(good + '{"timestamp": "x", "input_length": 6955}\nfoo\n[]\n')
    assert [each.partition(";")[0] for each in found] == [
        "t.csv:2:15: timestamp: 'x' is no time",
        "t.csv:2:41: output_length: no output_length",
        "t.csv:3:1: timestamp: the line is not JSON",
        "t.csv:4:1: timestamp: the line is no JSON object",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ["the trace is empty", "0.25,812,140"]),
        ("\n \n", ["the trace is empty"]),
        (HEADER, ["a header and no requests"]),
        (
            "time,input_tokens,output_tokens\n0,1,1\n",
            ["t.csv:1:1", "no column time_s", "did you mean 'time'?"],
        ),
        ("a,b\n1,2\n", ["no column time_s, input_tokens, output_tokens", "TIMESTAMP,ContextTokens"]),
        ('{"timestamp": 1}\n', ["no known form", "input_length"]),
        ("{\n", ["no known form"]),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\nfoo,1,2\n", ["t.csv:2:1", "a date with a time of day"]),
        ('[{"timestamp": 0, "input_length": 1, "output_length": 1}]', ["t.csv:1:1", "a JSON list", "jq -c"]),
        ("time_s;input_tokens;output_tokens\n0;1;1\n", ["separated by semicolons", "save it with commas"]),
        ('"TIMESTAMP"\t"ContextTokens"\t"GeneratedTokens"\n', ["separated by tabs"]),
        (
            "time,input,output\n0,1,1\n",
            ["time_s: did you mean 'time'?", "output_tokens: did you mean 'output'?"],
        ),
        (
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,1,1\n2023-11-15 01:02:03,1,1\n",
            ["t.csv:3:1", "before came at 2023-11-16 18:15:46.68, this one at 2023-11-15 01:02:03"],
        ),
        (f"{HEADER}0,1_000,1\n", ["t.csv:2:3", "'1_000' is no count"]),
        (b"\xff\xfe", ["not UTF-8 text"]),
        (b"time_s\0", ["NUL"]),
        (f"{HEADER}0,1,200,18\n1,2,3,\n", ["t.csv:2:1", "4 cells under 3 columns"]),
        (f"time_s,{HEADER}0,0,1,1\n", ["t.csv:1:1", "column time_s is there twice"]),
    ],
)
def test_a_file_that_is_no_trace_is_refused_with_what_to_write(text: str | bytes, says: list[str]) -> None:
    (found,) = problems(text)
    assert [words for words in says if words not in found] == [], found


def test_a_thousand_wrong_rows_are_counted_and_not_all_printed() -> None:
    found = problems(HEADER + "x,1,1\n" * 1000)
    assert len(found) == 101
    assert "900 more problems" in found[-1]


def test_a_trace_spans_a_year_at_most_since_every_minute_of_it_is_counted() -> None:
    year = 366 * 86_400
    assert read(f"{HEADER}1764288000,1,1\n{1764288000 + year},1,1\n").times[-1] == year
    (found,) = problems(f"{HEADER}0,1,1\n1764288000000,1,1\n2e12,1,1\n")
    assert found.startswith("t.csv:3:1: time_s: the trace is too long; 20,420,000 days after"), found
    assert "check the unit" in found
