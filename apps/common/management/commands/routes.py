import json

from django.core.management.base import BaseCommand

from apps.common.routes import all_routes


class Command(BaseCommand):
    help = "List every path with its name, its methods and who it is for."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json, **options):
        rows = [
            {
                "pattern": route.pattern,
                "name": route.name,
                "methods": list(route.methods),
                "audience": route.audience,
            }
            for route in all_routes()
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"{row['audience'] or '-':8}{','.join(row['methods']):12}"
                f"{row['pattern']}  {row['name']}"
            )
