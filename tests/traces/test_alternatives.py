"""Many words as one expression."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ptml.traces import Needle
from ptml.traces.alternatives import any_of

WORDS = st.lists(st.text("aB.|", min_size=1, max_size=4), min_size=1, max_size=8)


@given(words=WORDS, text=st.text("aB.|", max_size=12))
def test_it_finds_what_the_words_one_after_another_find(words: list[str], text: str) -> None:
    raw = [word.encode() for word in words]
    plain = b"|".join(re.escape(word) for word in sorted(raw, key=len, reverse=True))
    assert re.findall(any_of(raw), text.encode()) == re.findall(plain, text.encode())


def test_a_long_word_is_no_deep_expression() -> None:
    words = [b"x" * 5000, b"y" * 5000]
    assert re.fullmatch(any_of(words), words[1])


def test_hundreds_of_people_are_found_as_one_is() -> None:
    needle = Needle(frozenset(f"E{number:05}" for number in range(300)), frozenset({"E00007-B"}))
    text = "E00001, E000012, E99999, E00007-B, E00299 " + "é\0" * 9
    assert needle.in_text(text) == 2
    assert needle.without(text).startswith("(erased), E000012, E99999, E00007-B, (erased) ")
    assert needle.in_text("E99998 E000010") == 0
