"""Short names for the fields that `records.py` and `office_records.py` write down."""

from __future__ import annotations

from functools import partial

from terreno_app.domain.fields import FieldSpec, FieldType

text_field = partial(FieldSpec, type=FieldType.TEXT)
integer_field = partial(FieldSpec, type=FieldType.INTEGER)
decimal_field = partial(FieldSpec, type=FieldType.DECIMAL)
boolean_field = partial(FieldSpec, type=FieldType.BOOLEAN)
instant_field = partial(FieldSpec, type=FieldType.INSTANT)
day_field = partial(FieldSpec, type=FieldType.DAY)
id_field = partial(FieldSpec, type=FieldType.ID)
code_field = partial(FieldSpec, type=FieldType.CODE)
object_field = partial(FieldSpec, type=FieldType.OBJECT)
codes_field = partial(FieldSpec, type=FieldType.LIST, item=FieldType.CODE)
ids_field = partial(FieldSpec, type=FieldType.LIST, item=FieldType.ID)
texts_field = partial(FieldSpec, type=FieldType.LIST, item=FieldType.TEXT)
objects_field = partial(FieldSpec, type=FieldType.LIST, item=FieldType.OBJECT)
