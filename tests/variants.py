"""The table of supported combinations. Guards in test_variants.py want each pair of choices in a row.

Rows whose Python is newer than the oldest one cost little where that one runs the tests.
"""

import os

VARIANTS: dict[str, dict[str, str]] = {
    "fastapi": {},
    "flask": {"framework": "flask"},
    "fastapi-jwt": {"auth": "jwt"},
    "flask-jwt": {"framework": "flask", "auth": "jwt"},
    "fastapi-postgresql": {"auth": "jwt", "database": "postgresql", "docker": "yes"},
    "flask-postgresql": {"framework": "flask", "auth": "jwt", "database": "postgresql", "docker": "yes"},
    "fastapi-postgresql-none": {"database": "postgresql", "ci": "gitlab"},
    "flask-postgresql-none": {"framework": "flask", "database": "postgresql", "ci": "gitlab"},
    "fastapi-apache": {"auth": "jwt", "ci": "none", "licence": "Apache-2.0", "package_name": "a2"},
    "flask-bsd": {
        "framework": "flask",
        "auth": "jwt",
        "docker": "yes",
        "ci": "gitlab",
        "licence": "BSD-3-Clause",
        "package_name": "zebra_crossing_service",
    },
    "fastapi-3.12": {"docker": "yes", "python_version": "3.12"},
    "flask-3.12-jwt": {"framework": "flask", "auth": "jwt", "ci": "gitlab", "python_version": "3.12"},
    "flask-3.12-postgresql": {
        "framework": "flask",
        "database": "postgresql",
        "ci": "none",
        "python_version": "3.12",
    },
    "flask-3.13-none": {
        "framework": "flask",
        "docker": "yes",
        "ci": "none",
        "python_version": "3.13",
        "licence": "none",
    },
    "fastapi-3.13-jwt": {"auth": "jwt", "ci": "gitlab", "python_version": "3.13"},
    "fastapi-3.13-postgresql": {"database": "postgresql", "python_version": "3.13"},
    "fastapi-3.14": {"database": "postgresql", "docker": "yes", "python_version": "3.14"},
    "flask-3.14-jwt": {"framework": "flask", "auth": "jwt", "ci": "gitlab", "python_version": "3.14"},
    "fastapi-3.14-none": {"ci": "none", "python_version": "3.14"},
    "flask-odd": {
        "framework": "flask",
        "docker": "yes",
        "project_name": "Ünï \"q\" 'a' {{ 7*7 }} <b>*💡*</b>",
        "description": "{% raw %} \\ \"\"\" '''#% if x ${{ y }} [tool.x] = 1 # no",
        "author_name": 'O\'Brien \\ "Söns" <ob@example.org>',
    },
}

# Rows that are compared: the same answers, in each framework.
PAIR = ("fastapi", "flask")
JWT_PAIR = ("fastapi-jwt", "flask-jwt")
POSTGRESQL_PAIR = ("fastapi-postgresql", "flask-postgresql")
POSTGRESQL_WITHOUT_ACCOUNTS = ("fastapi-postgresql-none", "flask-postgresql-none")
EVERY_PAIR = (PAIR, JWT_PAIR, POSTGRESQL_PAIR)

# What takes long is done with the least that there is, and with the most; and each night with the rest.
PAIRS = EVERY_PAIR if "NIGHTLY" in os.environ else (PAIR, POSTGRESQL_PAIR)
PAIRED = tuple(variant for pair in PAIRS for variant in pair)
