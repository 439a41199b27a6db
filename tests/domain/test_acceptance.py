from terreno_app.domain.acceptance import AcceptanceSheet, Looked


def test_what_is_amiss_is_counted() -> None:
    checks = tuple(Looked("Reloj", ok, "0 s", "") for ok in (True, False, False))

    sheet = AcceptanceSheet(
        "T07", "Ñuble", "Terreno", ("Ana",), True, "1.0", "ab" * 32, checks, "2026-11-21T16:00:00.000Z"
    )

    assert sheet.amiss == 2
