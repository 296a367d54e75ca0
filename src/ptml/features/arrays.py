"""Names of the array types that features are made of."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Positions = NDArray[np.int64]
Integers = NDArray[np.integer]
Numbers = NDArray[np.floating | np.integer]
