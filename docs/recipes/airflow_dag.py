"""Airflow 3: one mapped task a run, so that each is retried and shown by itself."""

import json
import subprocess
from datetime import datetime, timedelta

from airflow.sdk import dag, task

AGENT = "wpid_493285619334760001"
OUT = "/srv/skyvern-archive"
WITH_GAPS = 3


def runpack(*args: str) -> list[dict]:
    """Runs the command; SKYVERN_API_KEY comes from the worker's environment."""
    done = subprocess.run(["runpack", *args, "--json"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, WITH_GAPS):
        raise RuntimeError(f"runpack ended with {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


@dag(schedule="@hourly", start_date=datetime(2026, 11, 1), catchup=False, max_active_runs=1)
def archive_skyvern_runs():
    @task
    def list_runs() -> list[str]:
        events = runpack("list", "--agent", AGENT, "--since", "2h")
        return [event["run_id"] for event in events if event["event"] == "run"]

    @task(retries=5, retry_delay=timedelta(minutes=2), max_active_tis_per_dag=4)
    def archive_run(run_id: str) -> dict:
        events = runpack("archive", run_id, "--out", OUT)
        return next(event for event in events if event["event"] in ("saved", "kept"))

    archive_run.expand(run_id=list_runs())


archive_skyvern_runs()
