"""A column of ids, which are text even where they look like numbers."""

from collections.abc import Callable, Iterable
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd


class Ids(pd.arrays.ArrowStringArray):
    """Text that refuses to be compared with a number.

    The first workshop is "1". Compared with 1, text is never equal: nothing would be left out, and
    nothing would say so. Rows taken, joined or grouped stay so; in files it is text as any other.
    """

    def _cmp_method(self, other: Any, op: Callable) -> Any:
        # What ==, !=, < … of pandas' own arrays call.
        _refuse([other])
        return super()._cmp_method(other, op)  # type: ignore[misc]

    def isin(self, values: Any) -> np.ndarray:
        _refuse(values)
        return super().isin(values)  # type: ignore[misc]


def ids(column: pd.Series) -> pd.Series:
    """Give a column of text as ids.

    Examples
    --------
    >>> workshops = ids(pd.Series(["1", "2"], dtype="string"))
    >>> (workshops != "2").tolist()
    [True, False]
    >>> workshops != 2
    Traceback (most recent call last):
    TypeError: ids are text: write "2" instead of 2
    """
    text = column.astype("string[pyarrow]").array
    return pd.Series(Ids(text.__arrow_array__(), dtype=text.dtype), column.index, name=column.name)  # type: ignore[attr-defined,call-arg]


def _refuse(values: Iterable) -> None:
    numbers = [value for value in values if isinstance(value, Number)]
    if numbers:
        texts = ", ".join(f'"{number:g}"' for number in numbers[:3])  # type: ignore[str-format]
        instead = ", ".join(map(str, numbers[:3]))
        raise TypeError(f"ids are text: write {texts} instead of {instead}")
