"""What every row that is published carries."""

import dataframely as dy


class Stamped(dy.Schema):
    """The day that a row is of, and the run that wrote it."""

    as_of = dy.Date()
    run_id = dy.String(min_length=1)
