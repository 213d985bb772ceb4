from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from moderation.detectors.base import EngineMissing
from moderation.detectors.speech_files import (
    MANIFEST,
    Golden,
    Manifest,
    golden_of,
    model_in,
    require_there,
    suited,
    sum_of,
    write_manifest,
)


class Command(BaseCommand):
    help = "Note the files of a folder with a speech model, with their sums, so that it can be used."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--languages", required=True, help="that it understands, such as zh,en,ja")
        parser.add_argument("--sound", required=True, metavar="FILE", help="of the folder: WAV, 16 kHz, mono")
        parser.add_argument("--says", required=True, metavar="WORDS", help="what must be heard in that sound")
        parser.add_argument("--name", default="", help="of the model; otherwise the folder's")
        parser.add_argument("--model-version", default="1", metavar="VERSION")
        parser.add_argument("--licence", default="", help="of the model's weights")
        parser.add_argument("--file", action="append", dest="files", help="only these; may be repeated")

    def handle(self, *args, folder, languages, sound, says, name, model_version, licence, files, **options):
        try:
            files = files or suited(folder)
            require_there(folder, [*files, sound])
            model = model_in(folder, files)
            golden_of(folder / sound)
            manifest = Manifest(
                name=name or folder.resolve().name,
                version=model_version,
                languages=[word.strip() for word in languages.split(",") if word.strip()],
                files={one: sum_of(folder / one) for one in sorted({*files, sound})},
                golden=Golden(file=sound, says=says),
                licence=licence,
            )
            write_manifest(folder, manifest)
        except EngineMissing as error:
            raise CommandError(str(error.args[0])) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder / MANIFEST}: {model.kind}, {len(manifest.files)} files.")
        self.stdout.write("Name the folder in ASSAY_SPEECH_MODEL, and run manage.py engines speech_folder.")
