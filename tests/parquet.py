"""Parquet files of many kinds, written and read back by pyarrow: only cleaned texts may differ.

    python3 tests/parquet.py target/release/unscrape

Needs pyarrow (`pip install pyarrow`). Without it nothing is checked and a line says so; with --must that fails.
"""

import datetime
import decimal
import json
import math
import pathlib
import subprocess
import sys
import tempfile

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    print("skipped: pyarrow is not installed (pip install pyarrow)")
    sys.exit(1 if "--must" in sys.argv else 0)

DIRTY = [
    "The paper was read by all , and nobody found a fault with it.. . It was a long evening.",
    "It\u00e2\u20ac\u2122s a caf\u00c3\u00a9 on the corner, open since last year.",
    "Zero\u200bwidth spaces\u00ad hide in words that look whole &amp; sound.",
]
CLEAN = [
    "Nothing is wrong with this sentence, and nothing should happen to it.",
    "Der Satz hier ist sauber. Er bleibt, wie er ist.",
    "",
]


def others(rows):
    """Columns of all kinds of types."""
    day = datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc)
    some = lambda make: [None if row % 7 == 3 else make(row) for row in range(rows)]
    return {
        "id": pa.array(range(rows), pa.int64()),
        "score": pa.array(some(lambda row: math.nan if row % 5 == 0 else row / 3), pa.float64()),
        "half": pa.array(some(lambda row: row / 4), pa.float32()),
        "flag": pa.array(some(lambda row: row % 2 == 0), pa.bool_()),
        "when": pa.array(some(lambda row: day + datetime.timedelta(hours=row)), pa.timestamp("us", "Europe/Rome")),
        "price": pa.array(some(lambda row: decimal.Decimal(row) / 100), pa.decimal128(20, 2)),
        "blob": pa.array(some(lambda row: bytes([row % 256, 0, 255])), pa.binary()),
        "fixed": pa.array(some(lambda row: bytes([row % 256] * 5)), pa.binary(5)),
        "tags": pa.array(some(lambda row: ["a"] * (row % 3)), pa.list_(pa.string())),
        "map": pa.array(some(lambda row: [("k", row)]), pa.map_(pa.string(), pa.int32())),
        "deep": pa.array(some(lambda row: {"a": [{"b": row}, {"b": None}]}), pa.struct([("a", pa.list_(pa.struct([("b", pa.int32())])))])),
        "kind": pa.array(some(lambda row: ["x", "y"][row % 2])).dictionary_encode(),
        "other": pa.array(some(lambda row: DIRTY[row % 3]), pa.string()),
    }


def texts(rows, every, nulls=True):
    """Texts of which every so many are dirty."""
    out = []
    for row in range(rows):
        pool = DIRTY if every and row % every == 0 else CLEAN
        text = None if nulls and row % 11 == 5 else pool[row % 3]
        out.append(text)
    return out


def table(rows=500, every=4, kind=None, nulls=True, nested=False):
    columns = others(rows)
    array = pa.array(texts(rows, every, nulls), kind or pa.string())
    fields = [pa.field(name, column.type) for name, column in columns.items()]
    if nested:
        array = pa.StructArray.from_arrays([array, pa.array(range(rows))], ["text", "n"], mask=pa.array([row % 13 == 2 for row in range(rows)]))
        fields.insert(3, pa.field("page", array.type))
    else:
        fields.insert(3, pa.field("text", array.type, nullable=nulls, metadata={"about": "the body"}))
    arrays = list(columns.values())
    arrays.insert(3, array)
    schema = pa.schema(fields, metadata={"owner": "a test", "pandas": json.dumps({"index_columns": []})})
    return pa.Table.from_arrays(arrays, schema=schema)


def cases():
    for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
        yield f"codec-{codec}", table(), dict(compression=codec)
    yield "pages-v2", table(), dict(data_page_version="2.0")
    yield "version-1", table(), dict(version="1.0")
    yield "version-1-pages-v2", table(), dict(version="1.0", data_page_version="2.0")
    yield "version-2.4", table(), dict(version="2.4")
    yield "no-dictionary", table(), dict(use_dictionary=False)
    yield "no-statistics", table(), dict(write_statistics=False)
    yield "page-index", table(3000), dict(write_page_index=True, data_page_size=1000)
    yield "page-checksums", table(), dict(write_page_checksum=True)
    yield "groups", table(1000), dict(row_group_size=77)
    yield "one-dirty-group", table(1000, every=999), dict(row_group_size=100)
    yield "delta", table(), dict(use_dictionary=["kind"], column_encoding={"text": "DELTA_BYTE_ARRAY"})
    yield "delta-length", table(), dict(use_dictionary=["kind"], column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY"})
    yield "sorted", table(), dict(sorting_columns=[pq.SortingColumn(0), pq.SortingColumn(3)])
    yield "required", table(nulls=False), {}
    yield "large-string", table(kind=pa.large_string()), {}
    yield "string-view", table(kind=pa.string_view()), {}
    yield "categories", table(kind=pa.dictionary(pa.int32(), pa.string())), {}
    yield "nested", table(nested=True), {}
    yield "clean", table(every=0), {}
    yield "no-rows", table(0), {}
    yield "all-null", pa.table({"text": pa.array([None] * 50, pa.string()), "id": range(50)}), {}
    yield "many-pages", table(20_000, every=50), dict(data_page_size=4096, row_group_size=7000)
    yield "no-arrow-schema", table(), dict(store_schema=False)
    # Only the text has to be read.
    brotli = dict(compression={"text": "snappy", **{name: "brotli" for name in ["id", "score", "other"]}})
    yield "codec-of-others", table(), brotli


def column(data, name):
    for part in name.split("."):
        data = data[part] if isinstance(data, pa.Table) else pa.chunked_array([chunk.field(part) if not chunk.null_count else pa.array([v and v[part] for v in chunk.to_pylist()]) for chunk in data.chunks])
    return data.to_pylist()


def run(program, *arguments, code=0):
    done = subprocess.run([program, "-q", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done


def expected(program, folder, values):
    """What the same texts become as lines of JSON."""
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": value}) + "\n" for value in values))
    out = run(program, "clean", path).stdout
    return [json.loads(line)["text"] for line in out.splitlines()]


def check(program, folder, name, data, options):
    path = folder / f"{name}.parquet"
    pq.write_table(data, path, **options)
    before = path.read_bytes()
    field = "page.text" if name == "nested" else "text"
    old = pq.read_table(path)
    want = expected(program, folder, column(old, field))
    run(program, "clean", path, "--text-field", field, "--out-dir", folder / "out", "--edits", folder / f"{name}.jsonl")
    out = folder / "out" / path.name
    new = pq.read_table(out)
    new.validate(full=True)
    assert new.schema.equals(old.schema, check_metadata=True), f"{name}: schema"
    assert column(new, field) == want, f"{name}: texts"
    for at, known in enumerate(old.column_names):
        if known not in ("text", "page"):
            a, b = old.column(at), new.column(at)
            # NaN is not equal to itself.
            assert a.equals(b) or repr(a.to_pylist()) == repr(b.to_pylist()), f"{name}: column {known}"
    if name == "nested":
        assert column(new, "page.n") == column(old, "page.n"), f"{name}: its neighbour"
    a, b = pq.ParquetFile(path).metadata, pq.ParquetFile(out).metadata
    assert a.format_version == b.format_version, f"{name}: {a.format_version} and {b.format_version}"
    assert a.num_row_groups == b.num_row_groups and a.metadata == b.metadata and a.created_by == b.created_by, name
    for group in range(a.num_row_groups):
        assert a.row_group(group).num_rows == b.row_group(group).num_rows, f"{name}: rows of group {group}"
        for leaf in range(a.num_columns):
            one, two = a.row_group(group).column(leaf), b.row_group(group).column(leaf)
            same = ["physical_type", "num_values", "path_in_schema", "compression", "has_offset_index", "has_column_index"]
            same += [] if one.path_in_schema == field else ["encodings", "total_compressed_size", "statistics"]
            for key in same:
                x, y = getattr(one, key), getattr(two, key)
                if key == "encodings":
                    x, y = sorted(x), sorted(y)
                if key == "statistics":
                    x, y = [str(s).split("\n")[1:] for s in (x, y)]
                assert x == y, f"{name}: {key} of {one.path_in_schema}: {x} and {y}"
            assert (one.statistics is None) == (two.statistics is None), f"{name}: statistics of {one.path_in_schema}"
    if column(old, field) == want:
        assert out.read_bytes() == before, f"{name}: nothing was wrong"
    else:
        assert out.read_bytes() != before
    # Rows can be read from the middle, by the page index where there is one.
    half = old.num_rows // 2
    some = pq.read_table(out, filters=[("id", ">=", half)], columns=["id"])
    assert some.num_rows == old.num_rows - half, f"{name}: filtered"

    run(program, "clean", "-w", path, "--text-field", field, "--state-dir", folder / "state")
    assert path.read_bytes() == out.read_bytes(), f"{name}: in place and elsewhere"
    run(program, "check", path, "--text-field", field)
    if path.read_bytes() != before:
        run(program, "undo", "--state-dir", folder / "state")
    assert path.read_bytes() == before, f"{name}: undone"


def check_refused(program, folder):
    """Files that would come out wrong are refused, each with its reason."""
    dirty = [DIRTY[2], "ZZZZ"]
    twice = pa.Table.from_arrays([pa.array(["a", "b"]), pa.array(dirty)], names=["text", "text"])
    page = pa.StructArray.from_arrays([pa.array(["a", "b"])], ["text"])
    dotted = pa.table({"page.text": dirty, "page": page})
    for data, field in [(twice, "text"), (dotted, "page.text")]:
        path = folder / "twice.parquet"
        pq.write_table(data, path)
        done = run(program, "clean", path, "--text-field", field, "--out-dir", folder / "out", "--force", code=3)
        assert f"has more than one column `{field}`" in done.stderr, done.stderr
        assert not (folder / "out" / path.name).exists()

    plain = dict(compression="none", use_dictionary=False, write_statistics=False, write_page_checksum=True)
    pq.write_table(pa.table({"text": dirty}), folder / "damaged.parquet", **plain)
    whole = (folder / "damaged.parquet").read_bytes()
    assert whole.count(b"ZZZZ") == 1
    (folder / "damaged.parquet").write_bytes(whole.replace(b"ZZZZ", b"YYYY"))
    done = run(program, "clean", folder / "damaged.parquet", "--out-dir", folder / "out", "--force", code=3)
    assert "CRC" in done.stderr, done.stderr
    assert not (folder / "out" / "damaged.parquet").exists()


def main():
    program = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "target/release/unscrape")
    program = pathlib.Path(program).resolve()
    count = 0
    with tempfile.TemporaryDirectory() as temporary:
        for name, data, options in cases():
            folder = pathlib.Path(temporary) / name
            folder.mkdir()
            check(program, folder, name, data, options)
            count += 1
        folder = pathlib.Path(temporary) / "refused"
        folder.mkdir()
        check_refused(program, folder)
    print(f"{count} kinds of Parquet files: only cleaned texts differ (pyarrow {pa.__version__})")


if __name__ == "__main__":
    main()
