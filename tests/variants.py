"""The table of supported combinations. A guard in test_variants.py wants each choice in at least one row."""

VARIANTS: dict[str, dict[str, str]] = {
    "fastapi": {},
    "flask": {"framework": "flask"},
    "fastapi-apache": {"licence": "Apache-2.0", "package_name": "a2"},
    "flask-bsd": {"framework": "flask", "licence": "BSD-3-Clause", "package_name": "zebra_crossing_service"},
    "fastapi-3.12": {"python_version": "3.12"},
    "flask-3.13-none": {"framework": "flask", "python_version": "3.13", "licence": "none"},
    "fastapi-3.14": {"python_version": "3.14"},
    "flask-odd": {
        "framework": "flask",
        "project_name": "Ünï \"q\" 'a' {{ 7*7 }} <b>*💡*</b>",
        "description": "{% raw %} \\ \"\"\" '''#% if x ${{ y }} [tool.x] = 1 # no",
        "author_name": 'O\'Brien \\ "Söns" <ob@example.org>',
    },
}

# A row of each framework, of which the pairs are compared.
PAIR = ("fastapi", "flask")
