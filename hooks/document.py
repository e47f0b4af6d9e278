"""Write an `openapi.json.jinja` of the template, as in `.venv/bin/python hooks/document.py ../my-shop`.

The folder is a project of the working tree, in either framework, where `my-shop openapi --write` was run.
"""

from pathlib import Path

import click

INFO = """\
  "info": {
    "title": {{ project_name | to_json(ensure_ascii=false) }},
    "description": {{ description | to_json(ensure_ascii=false) }},
    "contact": {
      "name": {{ author_name | to_json(ensure_ascii=false) }}
    },
#% if licence != 'none'
    "license": {
      "name": "{{ licence }}",
      "identifier": "{{ licence }}"
    },
#% endif
    "version": "0.1.0"
  },
"""

TEMPLATE = Path(__file__).parents[1] / "template"


def templated(document: str) -> str:
    """The document with holes for the answers, which are in its Info Object alone."""
    before, info, rest = document.partition('  "info": {\n')
    _, end, after = rest.partition("\n  },\n")
    if not (info and end):
        raise click.ClickException("Its openapi.json is not what `openapi --write` writes.")
    return f"{before}{INFO}{{% raw %}}{after}{{% endraw %}}"


@click.command()
@click.argument("project", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(project: Path) -> None:
    """Take the document of PROJECT for that of all projects with the same `auth`."""
    document = (project / "openapi.json").read_text("utf-8")
    layer = "{{ jwt }}" if '"securitySchemes"' in document else "{{ open }}"
    (TEMPLATE / layer / "openapi.json.jinja").write_text(templated(document), "utf-8")


if __name__ == "__main__":
    main()
