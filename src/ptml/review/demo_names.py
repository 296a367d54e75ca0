"""Invented names for a try of the page: the published tables know ids alone."""

from collections.abc import Iterable

from ptml.review.subjects.naming import Named


def _split(text: str) -> list[str]:
    return text.split()


_FIRST = _split("""\
Ada Aino Alma Amir Anja Ari Aziz Bea Ben Boris Cara Cem Clara Dai Dana David Edda Eli Emre
Enya Eva Fadi Fei Finn Flora Gita Greta Gus Hana Hugo Ida Igor Ines Iris Ivo Jana Joel Jun Kai
Karim Kim Lars Lea Leo Lina Luca Maja Mara Mei Milo Nadia Nils Noor Olga Omar Otto Pia Rafa
Rana Rosa Sami Selma Sven Tara""")
_LAST = _split("""\
Abel Adeyemi Alvarez Amari Becker Berg Bianchi Bjork Blum Brandt Costa Cruz Dahl Diaz Dorn
Ebert Egede Falk Farah Ferro Fischer Fuchs Garcia Grimm Haddad Hahn Hansen Horvat Ito Jansen
Jovic Kaya Keller Kim Klein Koch Kovac Kraus Lang Larsen Lopez Maier Marino Mendez Meyer
Moreau Nagy Nakamura Novak Okafor Olsen Park Perez Petrov Popov Reyes Rossi Ruiz Sato Silva
Singh Sommer Tanaka Vega""")
_SURNAMES = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何高林羅鄭梁謝宋唐許韓馮鄧曹"
_GIVEN = _split("""\
小明 美玲 志強 雅婷 家豪 淑芬 俊傑 怡君 建宏 佳穎 文彬 詩涵 國華 曉雯
子軒 思妤 冠宇 欣怡 宗翰 麗華 柏翰 惠如 承恩 雨桐 明哲 靜宜 品妍 偉倫
若蘭 宇航 心怡 志遠 婉清 育誠 秀英 浩然 雪梅 永康 佩珊 彥廷""")
# Of four, one is Chinese: names are looked for in another way then.
_EVERY = 4


def demo_names(people: Iterable[str]) -> tuple[Named, ...]:
    """Give each person a name, by the order of the ids; of some thousand people no two the same.

    >>> [one.name for one in demo_names(["e1", "e2", "e3", "e4"])]
    ['Ada Abel', 'Aino Adeyemi', 'Alma Alvarez', '王小明']
    """
    return tuple(Named(person, _name(k), None) for k, person in enumerate(sorted(people)))


def _name(k: int) -> str:
    turn, place = divmod(k, _EVERY)
    if place == _EVERY - 1:
        given, surname = divmod(turn, len(_SURNAMES))
        return f"{_SURNAMES[surname]}{_GIVEN[(given + surname) % len(_GIVEN)]}"
    n = turn * (_EVERY - 1) + place
    first, round_ = n % len(_FIRST), n // len(_FIRST)
    return f"{_FIRST[first]} {_LAST[(first + round_) % len(_LAST)]}"
