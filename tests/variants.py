"""The table of supported combinations. A guard in test_variants.py wants each pair of choices in a row.

Rows whose Python is newer than the oldest one cost little where that one runs the tests.
"""

VARIANTS: dict[str, dict[str, str]] = {
    "fastapi": {},
    "flask": {"framework": "flask"},
    "fastapi-jwt": {"auth": "jwt"},
    "flask-jwt": {"framework": "flask", "auth": "jwt"},
    "fastapi-apache": {"auth": "jwt", "licence": "Apache-2.0", "package_name": "a2"},
    "flask-bsd": {
        "framework": "flask",
        "auth": "jwt",
        "licence": "BSD-3-Clause",
        "package_name": "zebra_crossing_service",
    },
    "fastapi-3.12": {"python_version": "3.12"},
    "flask-3.12-jwt": {"framework": "flask", "auth": "jwt", "python_version": "3.12"},
    "flask-3.13-none": {"framework": "flask", "python_version": "3.13", "licence": "none"},
    "fastapi-3.13-jwt": {"auth": "jwt", "python_version": "3.13"},
    "fastapi-3.14": {"python_version": "3.14"},
    "flask-3.14-jwt": {"framework": "flask", "auth": "jwt", "python_version": "3.14"},
    "flask-odd": {
        "framework": "flask",
        "project_name": "Ünï \"q\" 'a' {{ 7*7 }} <b>*💡*</b>",
        "description": "{% raw %} \\ \"\"\" '''#% if x ${{ y }} [tool.x] = 1 # no",
        "author_name": 'O\'Brien \\ "Söns" <ob@example.org>',
    },
}

# Rows that are compared: the same answers, in each framework.
PAIR = ("fastapi", "flask")
JWT_PAIR = ("fastapi-jwt", "flask-jwt")
PAIRS = (PAIR, JWT_PAIR)
PAIRED = (*PAIR, *JWT_PAIR)
