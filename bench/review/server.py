"""The review page for a measurement: as `ptml review` serves it, without a limit of requests."""

import argparse
import time
from datetime import UTC, datetime

import uvicorn

from ptml.review import ReviewConfig, create_app


def main():
    parser = argparse.ArgumentParser()
    for name in ("data", "db", "port"):
        parser.add_argument(name)
    told = parser.parse_args()
    config = ReviewConfig(secure_cookies=False, requests_per_minute=10**9)
    app = create_app(told.data, told.db, config, lambda: datetime.now(UTC), time.monotonic)
    uvicorn.run(app, port=int(told.port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
