"""The one SQLite of this program: SQLCipher. Imported before ``sqlite_utils``, which then works on the same library.

sqlite-utils 4.2 looks for ``pysqlite3`` and falls back to the standard library; with the fallback its error classes are
not those of our connections, and ``alter=True`` or ``drop(ignore=True)`` fail on an encrypted database.
"""

import sys

import sqlcipher3
from sqlcipher3 import dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

Connection = dbapi2.Connection
DatabaseError = dbapi2.DatabaseError
IntegrityError = dbapi2.IntegrityError
connect = dbapi2.connect
