"""People who come to the stand: what the officer presses for each, and what has to be stored of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from terreno_app.domain.fields import Json

PLAIN: Final = 20
"""Most keystrokes for a plain query."""
COMPLAINT: Final = 90
"""Most for a whole complaint with identity, the person's own words apart."""


@dataclass(frozen=True)
class Somebody:
    """Who comes, what is pressed from the empty form to the saved one, and what must be stored.

    `identity` is empty where nothing at all may be stored of who it is.
    """

    need: str
    keys: str
    stored: Mapping[str, Json]
    identity: Mapping[str, Json] = field(default_factory=dict)
    at_most: int = 0


PLAIN_QUERIES: Final = tuple(
    Somebody(f"a plain query about {programme}", f"c{typed}<Return>{profile}<Ctrl+Return>", stored, at_most=PLAIN)
    for programme, typed, profile, stored in (
        ("PGU", "pgu", "f<Tab>65", {"programme": "PGU", "topic": "pensiones", "sex": "F", "age_band": "T65_74"}),
        ("SUF", "suf", "f<Tab>30", {"programme": "SUF", "sex": "F", "age_band": "T30_44"}),
        ("DS49", "ds49", "m<Tab>18", {"programme": "DS49", "sex": "M", "age_band": "T18_29"}),
        ("RSH", "rsh", "x<Tab>45", {"programme": "RSH", "sex": "X", "age_band": "T45_59"}),
        ("PGU again", "pgu", "m<Tab>75", {"programme": "PGU", "sex": "M", "age_band": "T75_MAS"}),
        ("CLAVEUNICA", "clave", "m<Tab>60", {"programme": "CLAVEUNICA", "sex": "M", "age_band": "T60_64"}),
        ("SERNAC", "sernac", "f<Tab>30", {"programme": "RECLAMO_SERNAC", "sex": "F", "age_band": "T30_44"}),
        ("nothing of the profile", "auge", "<Ctrl+0><Ctrl+0>", {"programme": "GES", "sex": "NS", "age_band": "NS"}),
    )
)

COMPLAINTS: Final = (
    Somebody(
        "a whole complaint with identity",
        "rcedula<Return>srcei<Return>n«Fue tres veces por su cédula y cada vez el sistema estaba caído.»"
        "<Tab>f<Tab>45<Alt+D><Tab>12531909-2<Tab>Rosa Elena<Tab>Ñancupil Soto<Tab><Tab><Tab>rosa@example.cl"
        "<Ctrl+Return>",
        {
            "type": "complaint",
            "programme": "CEDULA",
            "concerned_institution": "SRCEI",
            "own_service": False,
            "description": "Fue tres veces por su cédula y cada vez el sistema estaba caído.",
            "sex": "F",
            "age_band": "T45_59",
            "answer_owed": True,
            "outcome": "in_process",
            "due_on": "2026-12-04",
        },
        {
            "doc_type": "run",
            "doc_number": "12531909-2",
            "names": "Rosa Elena",
            "surnames": "Ñancupil Soto",
            "preferred_medium": "email",
            "email": "rosa@example.cl",
        },
        COMPLAINT,
    ),
    Somebody(
        "a complaint about this very service, answered by telephone",
        "rtrans<Return>msgg<Return>s«Nadie le contestó»<Tab>m<Tab>30<Alt+D>s<Alt+B>Iván<Tab>Cárdenas<Tab><Tab>"
        "t<Alt+F>961234587<Ctrl+Return>",
        {"type": "complaint", "topic": "transparencia", "concerned_institution": "SEGEGOB", "own_service": True},
        {"names": "Iván", "surnames": "Cárdenas", "preferred_medium": "phone", "phone": "+56961234587"},
        COMPLAINT,
    ),
    Somebody(
        "a RUN that was typed wrong and mended",
        "rsalud<Return>fonasa<Return>n<Alt+D><Tab>12531909-3<Tab><F8>12531909-2<Tab>Ana<Tab>Peña<Tab><Tab><Tab>"
        "ana@example.cl<Ctrl+Return>",
        {"type": "complaint", "concerned_institution": "FONASA", "own_service": False},
        {"doc_number": "12531909-2", "names": "Ana", "surnames": "Peña", "email": "ana@example.cl"},
        COMPLAINT,
    ),
)

OTHERS: Final = (
    Somebody(
        "a suggestion, answered by e-mail",
        "svivienda<Return>serviu<Return>«Que atiendan también los sábados»<Alt+D>s<Alt+B>Luis<Tab>Soto<Tab><Tab><Tab>"
        "luis@example.cl<Ctrl+Return>",
        {"type": "suggestion", "concerned_institution": "SERVIU", "description": "Que atiendan también los sábados"},
        {"names": "Luis", "surnames": "Soto", "email": "luis@example.cl"},
    ),
    Somebody(
        "a commendation of somebody who wants no answer",
        "fsalud<Return>fonasa<Return>«Muy amables»<Tab>f<Tab>65<Alt+R><Tab>n<Ctrl+Return>",
        {"type": "commendation", "answer_owed": False, "description": "Muy amables", "outcome": "informed"},
    ),
    Somebody(
        "a group of twelve",
        "orsh<Return><Alt+P><Ctrl+A>12<Ctrl+Return>",
        {"type": "guidance", "programme": "RSH", "persons_count": 12},
    ),
    Somebody(
        "somebody who gives up",
        "cpgu<Return><Alt+U>5<Ctrl+Return>",
        {"type": "enquiry", "programme": "PGU", "outcome": "withdrawn"},
    ),
    Somebody(
        "somebody sent to another body, with what was explained",
        "cclave<Return>m<Tab>60<Alt+U>2srcei<Return>«Con su carné, sin hora»<Ctrl+Return>",
        {"outcome": "guided", "oriented_institution": "SRCEI", "answer_given": "Con su carné, sin hora"},
    ),
    Somebody(
        "somebody of another country who lives in another comuna",
        "cresidencia<Return>f<Tab>30<Tab>nunoa<Return>hai<Return><Ctrl+Return>",
        {"nationality": "HT", "residence_comuna": "13120", "sex": "F", "age_band": "T30_44"},
    ),
    Somebody(
        "somebody who lives abroad",
        "cpgu<Return>m<Tab>65<Tab>argentina<Return><Ctrl+Return>",
        {"residence_country": "AR", "residence_comuna": None, "nationality": "CL"},
    ),
    Somebody(
        "a leader of a neighbourhood, told of a fund",
        "ofondo<Return>f<Tab>45<Alt+O>di<Tab>Junta 12<Tab>junta<Ctrl+Return>",
        {"user_type": "community_leader", "org_name": "Junta 12", "org_type": "JJVV"},
    ),
    Somebody(
        "somebody who says of which people they are",
        "cbeca<Return>f<Tab>18<Ctrl+K>vmap<Ctrl+Return>",
        {"sensitive_consent": "verbal", "indigenous_people": "MAPUCHE"},
    ),
    Somebody(
        "somebody who closes what they had said of themselves",
        "cbeca<Return>m<Tab>18<Ctrl+K>vmap<Ctrl+K><Ctrl+Return>",
        {"sensitive_consent": None, "indigenous_people": None, "sex": "M"},
    ),
    Somebody(
        "somebody who takes a sheet of the information along",
        "<F3>garantizada<Ctrl+M><F3>cpgu<Return>f<Tab>65<Ctrl+Return>",
        {"type": "enquiry", "programme": "PGU", "information_items": ["PGU"]},
    ),
    Somebody(
        "a topic with one wrong letter",
        "cviviemda<Return>f<Tab>30<Ctrl+Return>",
        {"topic": "vivienda"},
    ),
    Somebody(
        "a child with their mother, to be answered by e-mail",
        "ieducacion<Return>«Su certificado de notas»<Tab><Tab>0<Alt+D>s<Alt+B>Tomás<Tab>Rojas<Tab><Tab><Tab>"
        "mama@example.cl<Tab><Tab><Tab>María Rojas<Ctrl+Return>",
        {"type": "information_request", "age_band": "T00_13", "description": "Su certificado de notas"},
        {"names": "Tomás", "surnames": "Rojas", "guardian": "María Rojas", "email": "mama@example.cl"},
    ),
    Somebody(
        "a form of yesterday, filled in on paper",
        "cpgu<Return>f<Tab>75<Alt+P><Tab><Tab><Tab><Tab><Tab><Tab><Tab>s20-11-2026 13:05<Tab>44<Ctrl+Return>",
        {"back_captured": True, "received_at": "2026-11-20T16:05:00.000Z", "paper_folio": "44"},
    ),
)
