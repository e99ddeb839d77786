"""The tables of this folder: `python made.py`, with pandas 3.1.1, pyarrow 26.0.1 and polars 2.1.0 from PyPI."""
import pandas as pd
import polars as pl

table = pd.DataFrame({
    "hole": ["H1", "H1", "H2", None],
    "x [m]": [1.5, 2.25, None, 4.0],
    "number": pd.array([1, 2, None, 4], dtype="Int64"),
    "Nd [ppm]": [100.5, None, 3e-7, 12345678.9],
    "Dy [ppm]": pd.Series([0.1, 0.2, 0.3, None], dtype="float32"),
})
table.to_parquet("pandas.parquet", index=False)                 # snappy
pl.from_pandas(table).write_parquet("polars.parquet")           # zstd
