"""The ``ppdl`` command. Each subcommand is a thin call of a module of its name.

Modules are imported inside the subcommands, so that ``ppdl --help`` answers at once.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ppdl_course.classroom.course import course_root
from ppdl_course.classroom.terminal import printable

if TYPE_CHECKING:
    from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

app = typer.Typer(
    help="Build, serve, check and measure the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Chapter = Annotated[
    str | None, typer.Argument(help="For instance 04 or its full name.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def _stop(message: object) -> typer.Exit:
    # A message may quote the name of a student's folder.
    text = "\n".join(map(printable, str(message).splitlines()))
    typer.secho(f"ppdl: {text}", err=True, fg="red")
    return typer.Exit(1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the course map; other options go to JupyterLab."""
    from ppdl_course.classroom.student.lab import open_lab

    raise typer.Exit(open_lab(course_root(), context.args))


@app.command()
def doctor() -> None:
    """Check that everything the course needs really works here."""
    from ppdl_course.classroom.student.doctor import examine

    healthy = True
    for finding in examine(course_root()):
        healthy &= finding.ok or finding.optional
        mark = "✔" if finding.ok else ("·" if finding.optional else "✘")
        typer.echo(f"{mark} {finding.name}: {finding.says}")
        if not finding.ok:
            typer.echo(f"    remedy: {finding.remedy}")
    raise typer.Exit(0 if healthy else 1)


@app.command()
def build(
    chapter: Chapter = None,
    check: Annotated[bool, typer.Option(help="Write nothing; fail if stale.")] = False,
    cohort: Annotated[
        str | None, typer.Option(help="Draw this cohort's own numbers.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The folder of the cohort's course.")
    ] = None,
) -> None:
    """Build the instructor's and the student's edition from the text sources."""
    from ppdl_course.classroom.authoring import build as builder
    from ppdl_course.classroom.authoring import overview

    root = course_root()
    try:
        changed = builder.build(
            [chapter] if chapter else None,
            root=root,
            check=check,
            cohort=cohort,
            output=output,
        )
        if not (chapter or cohort):
            changed += overview.write_pages(root, check=check)
    except ValueError as error:
        raise _stop(error) from None
    for path in changed:
        typer.echo(f"{'stale' if check else 'written'}: {path}")
    if check and changed:
        again = f" --cohort {cohort} --output {output}" if cohort else ""
        raise _stop(f"{len(changed)} built files are stale: run `ppdl build{again}`")


@app.command()
def reset(chapter: Annotated[str, typer.Argument(help="For instance 04.")]) -> None:
    """Get a fresh copy of a chapter; yours is kept beside it with a timestamp."""
    from ppdl_course.classroom.student.reset import reset as start_over

    try:
        kept = start_over(chapter, root=course_root())
    except (ValueError, OSError) as error:
        raise _stop(error) from None
    typer.echo(f"Fresh copy written. {f'Yours is kept as {kept}.' if kept else ''}")


@app.command()
def handout(
    output: Annotated[Path, typer.Option(help="The archive.")] = Path("handout.zip"),
    cohort: Annotated[
        str | None, typer.Option(help="With this cohort's own numbers.")
    ] = None,
    overlaps: Annotated[
        bool, typer.Option(help="List the package's lines that answers have, too.")
    ] = False,
) -> None:
    """Make the archive that students get: no solutions, no tests, no bank."""
    from ppdl_course.classroom.term import handout as maker

    try:
        made = maker.handout(course_root(), output, cohort)
    except (ValueError, OSError) as error:
        raise _stop(error) from None
    megabytes = sum(map(len, made.files.values())) / 1e6
    typer.echo(f"{output}: {len(made.files)} files, {megabytes:.1f} MB, no answers.")
    if overlaps:
        for same in made.overlaps:
            typer.echo(f"{same.file}: {same.line} ({same.where})")
    elif made.overlaps:
        typer.echo(
            f"{len(made.overlaps)} single lines of the package stand in an answer or "
            "hidden test, too: the library holds what the course teaches (--overlaps)."
        )


@app.command()
def grade(
    chapter: Annotated[str, typer.Argument(help="For instance 04 or its full name.")],
    student: Annotated[
        str | None, typer.Option(help="This student alone, also if graded before.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; else one for each core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Execute on this dask scheduler, tcp://...")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last run was interrupted.")
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="No sandbox: submissions run as you.")
    ] = False,
    every_cell: Annotated[
        bool,
        typer.Option("--every-cell", help="Run also what no exercise depends on."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Grade what students handed in: in a sandbox, in parallel, into the gradebook."""
    import shlex
    import sys

    from ppdl_course.classroom.grader.batch import NoSandbox
    from ppdl_course.classroom.grader.one_run import CannotKeep
    from ppdl_course.classroom.grader.ticker import grade_and_show
    from ppdl_course.classroom.grader.workers import Stopped

    try:
        report = grade_and_show(
            course_root(),
            chapter,
            sys.stderr,
            student=student,
            jobs=jobs,
            kind="unsafe" if unsafe else "warm",
            resume=resume,
            cluster=cluster,
            every_cell=every_cell,
        )
    except (KeyboardInterrupt, CannotKeep) as stop:
        options = {"student": student, "jobs": jobs, "cluster": cluster}
        words = [w for name, v in options.items() if v for w in (f"--{name}", str(v))]
        words += ["--unsafe"] * unsafe + ["--every-cell"] * every_cell
        again = shlex.join(("ppdl", "grade", chapter, *words, "--resume"))
        if isinstance(stop, CannotKeep):
            raise _stop(f"{stop}. Nothing is lost; to go on: {again}") from None
        typer.echo(f"Stopped. Nothing is lost; to go on: {again}", err=True)
        raise typer.Exit(130) from None
    except NoSandbox as error:
        raise _stop(f"{error}\nOr trust the students, and add --unsafe.") from None
    except (ValueError, Stopped) as error:
        raise _stop(error) from None
    typer.echo(json.dumps(report.as_json(), indent=1) if as_json else report.text())
    raise typer.Exit(1 if report.failed else 0)


@app.command()
def bank(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="A chapter; with --mutants also exercises, or several."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; else one for each core.")
    ] = None,
    cohort: Annotated[
        str | None, typer.Option(help="With this cohort's own numbers.")
    ] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="No sandbox: the answers run as you.")
    ] = False,
    unseen: Annotated[
        Path | None,
        typer.Option(help="Count what the checks say of this folder's; runs as you."),
    ] = None,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="List small mistakes that pass; runs as you."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Grade every right and wrong answer that the bank knows; print the table."""
    import sys

    names = names or []
    if unseen or mutants:
        from ppdl_course.classroom.bank import ungraded

        def say(line: str) -> None:
            typer.echo(line, err=as_json or unseen is not None)

        try:
            if jobs or cohort or unsafe:
                raise ValueError("--unseen and --mutants go with --json alone")
            found = ungraded.measure(course_root(), names, unseen, mutants, say)
        except (ValueError, RuntimeError) as error:
            raise _stop(error) from None
        text = json.dumps(found.data, indent=1, ensure_ascii=False)
        typer.echo(text if as_json else found.text)
        raise typer.Exit(1 if found.missed else 0)
    if len(names) > 1:
        raise _stop(f"one chapter or none, got {' '.join(names)}")
    from ppdl_course.classroom.bank import graded_bank
    from ppdl_course.classroom.grader.batch import NoSandbox
    from ppdl_course.classroom.grader.ticker import grade_and_show
    from ppdl_course.classroom.grader.workers import Stopped

    def grade(course: "NbgraderCourse", name: str) -> dict[str, str]:
        kind = "unsafe" if unsafe else "warm"
        typer.echo(name, err=True)
        return grade_and_show(course, name, sys.stderr, kind=kind, jobs=jobs).failed

    tables = []
    try:
        for table in graded_bank.tables(
            course_root(), names[0] if names else None, grade=grade, cohort=cohort
        ):
            tables.append(table)
            if not as_json:
                typer.echo(table.text())
    except NoSandbox as error:
        raise _stop(f"{error}\nOr trust the bank's answers: --unsafe.") from None
    except (ValueError, Stopped) as error:
        raise _stop(error) from None
    if as_json:
        typer.echo(json.dumps([table.as_json() for table in tables], indent=1))
    raise typer.Exit(1 if any(table.surprises for table in tables) else 0)


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="One file of benchmarks/.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Checkout of another commit to compare with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the benchmarks and print their figures, each named in its file."""
    from ppdl_course.classroom.bench import run

    try:
        for bench_name, figures in run(
            course_root() / "benchmarks", name, baseline=baseline
        ):
            if as_json:
                typer.echo(json.dumps({bench_name: figures}))
                continue
            typer.echo(bench_name)
            for key, value in figures.items():
                shown = f"{value:,.4g}" if isinstance(value, float) else value
                typer.echo(f"  {key:32} {shown}")
    except ValueError as error:
        raise _stop(error) from None


@app.command()
def systems(as_json: AsJson = False) -> None:
    """List the systems of the survey: what is working, and the test that shows it."""
    from ppdl_course.systems import SYSTEMS

    rows = [system.row() for system in SYSTEMS]
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        chapter = f"{row['chapter']:02}"
        typer.echo(f"{row['ref']:>5}  {chapter}  {row['status']:8} {row['name']}")


if __name__ == "__main__":
    app(prog_name=Path(__file__).stem)
