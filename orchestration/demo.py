"""The demo's deliveries, written only where no real ones lie."""

from orchestration import progress
from orchestration.errors import UserError
from orchestration.filesystem import private_directory, read_ordinary_file
from orchestration.ingest.landing import DESCRIPTION_FILE, discover, read_description
from orchestration.settings import Settings


def write_demo_deliveries(settings: Settings, *, final: bool = False) -> None:
    """Write the invented authority's deliveries into the landing zone, unless it holds anything that is not invented.

    With `final` the final return of 2024/25 too, which came after the annual report.

    The demo has a real authority's number, so its children would mix with that authority's own.
    """
    for delivery in discover(settings.landing).deliveries:
        has_note = DESCRIPTION_FILE in delivery.stamps
        data = read_ordinary_file(delivery.folder / DESCRIPTION_FILE) if has_note else None
        if not read_description(delivery.delivery_id, data).is_synthetic:
            raise UserError(
                f"{settings.landing} holds deliveries that are not the demo's ({delivery.delivery_id}); "
                "set CLA_DATA_DIR to another folder for the demo, or run `cla build` for these."
            )
    progress.report("Writing demo deliveries")
    # Not at the top: numpy's import would delay what is said about a landing zone that is not the demo's.
    from orchestration.synthetic.demo_deliveries import write_demo, write_final_return

    landing = private_directory(settings.landing)
    write_demo(landing)
    if final:
        write_final_return(landing)
