//! Parquet: a table of typed columns read as the CSV it would be, and a CSV written as one.
//!
//! What reads tables reads text; a `.parquet` file becomes that text here, so that headings carry their units in both and every check is made
//! once. A null is an empty cell, and so is a number that is none; numbers keep every digit. Written, a column that holds numbers alone is one of
//! doubles, any other of strings, and an empty cell is a null. Nested columns are refused.
//!
//! The feature `parquet` builds it; without it a Parquet file is refused with the command that does.

use std::io;
use std::path::Path;

/// The command that builds a program that reads and writes Parquet.
pub const BUILD: &str = "cargo build --release --features parquet";

/// Is a Parquet file meant?
fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

/// The text of a table of the user's: a CSV as it stands, a Parquet file as the CSV it would be.
pub fn text_of(path: &Path) -> io::Result<String> {
    if is_parquet(path) {
        return read(path);
    }
    Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned())
}

#[cfg(not(feature = "parquet"))]
fn read(path: &Path) -> io::Result<String> {
    std::fs::metadata(path)?;
    Err(io::Error::other(format!(
        "this build reads no Parquet; `{BUILD}` makes one that does, or write the table as CSV"
    )))
}

/// A CSV as a Parquet file; `None` where this build writes none.
#[cfg(not(feature = "parquet"))]
pub fn of_csv(_: &str) -> Option<io::Result<Vec<u8>>> {
    None
}

#[cfg(feature = "parquet")]
pub use built::of_csv;
#[cfg(feature = "parquet")]
use built::read;

#[cfg(feature = "parquet")]
mod built {
    use std::fs::File;
    use std::io;
    use std::path::Path;
    use std::sync::Arc;

    use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::errors::ParquetError;
    use parquet::file::properties::WriterProperties;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::record::Field;
    use parquet::schema::types::Type;

    /// Rows of a group.
    const GROUP: usize = 1 << 20;

    fn told(error: ParquetError) -> io::Error {
        io::Error::other(error.to_string())
    }

    /// A cell as text; `None` of a nested one.
    fn cell(field: &Field) -> Option<String> {
        Some(match field {
            Field::Null => String::new(),
            Field::Float(value) if value.is_nan() => String::new(),
            Field::Double(value) if value.is_nan() => String::new(),
            Field::Float(value) => value.to_string(),
            Field::Double(value) => value.to_string(),
            Field::Str(text) => text.clone(),
            Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
            Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => return None,
            other => other.to_string(),
        })
    }

    pub(super) fn read(path: &Path) -> io::Result<String> {
        let reader = SerializedFileReader::new(File::open(path)?).map_err(told)?;
        let fields = reader.metadata().file_metadata().schema().get_fields();
        let headings: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&headings)?;
        for row in reader.get_row_iter(None).map_err(told)? {
            let row = row.map_err(told)?;
            let cells = row.get_column_iter().map(|(name, field)| {
                cell(field).ok_or_else(|| io::Error::other(format!("column `{name}` is nested: one value a row")))
            });
            writer.write_record(cells.collect::<io::Result<Vec<String>>>()?)?;
        }
        let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// A column of a CSV: numbers if every cell that is not empty is one.
    enum Column {
        Numbers(Vec<Option<f64>>),
        Texts(Vec<Option<ByteArray>>),
    }

    impl Column {
        fn of(rows: &[csv::StringRecord], at: usize) -> Self {
            let cells = || rows.iter().map(|row| row.get(at).filter(|cell| !cell.is_empty()));
            let numbers: Result<Vec<Option<f64>>, _> = cells().map(|cell| cell.map(str::parse).transpose()).collect();
            match numbers {
                Ok(numbers) if numbers.iter().any(Option::is_some) => Self::Numbers(numbers),
                _ => Self::Texts(cells().map(|cell| cell.map(ByteArray::from)).collect()),
            }
        }

        fn field(&self, name: &str) -> Result<Type, ParquetError> {
            let (kind, logical) = match self {
                Self::Numbers(_) => (Physical::DOUBLE, None),
                Self::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            };
            Type::primitive_type_builder(name, kind)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()
        }
    }

    /// What there is, and at each row whether it is there.
    fn there<T: Clone>(cells: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
        (cells.iter().flatten().cloned().collect(), cells.iter().map(|cell| i16::from(cell.is_some())).collect())
    }

    /// A CSV as a Parquet file; `None` where this build writes none.
    pub fn of_csv(text: &str) -> Option<io::Result<Vec<u8>>> {
        Some(written(text))
    }

    fn written(text: &str) -> io::Result<Vec<u8>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings = reader.headers()?.clone();
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>()?;
        let columns: Vec<Column> = (0..headings.len()).map(|at| Column::of(&rows, at)).collect();
        packed(&headings, &columns, rows.len()).map_err(told)
    }

    fn packed(headings: &csv::StringRecord, columns: &[Column], rows: usize) -> Result<Vec<u8>, ParquetError> {
        let fields = headings.iter().zip(columns).map(|(name, column)| column.field(name).map(Arc::new));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let schema = Arc::new(Type::group_type_builder("table").with_fields(fields).build()?);
        let packing = Compression::ZSTD(ZstdLevel::default());
        let properties = Arc::new(WriterProperties::builder().set_compression(packing).build());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
        for first in (0..rows).step_by(GROUP) {
            let of = first..(first + GROUP).min(rows);
            let mut group = writer.next_row_group()?;
            for column in columns {
                let Some(mut place) = group.next_column()? else { continue };
                match column {
                    Column::Numbers(cells) => {
                        let (values, levels) = there(&cells[of.clone()]);
                        place.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
                    }
                    Column::Texts(cells) => {
                        let (values, levels) = there(&cells[of.clone()]);
                        place.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                    }
                }
                place.close()?;
            }
            group.close()?;
        }
        writer.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet").join(name)
    }

    #[test]
    fn a_csv_is_read_as_it_stands() {
        let path = fixture("table.csv");
        assert_eq!(text_of(&path).unwrap(), std::fs::read_to_string(path).unwrap());
        assert!(text_of(Path::new("nowhere.csv")).is_err() && text_of(Path::new("nowhere.parquet")).is_err());
    }

    #[cfg(not(feature = "parquet"))]
    #[test]
    fn a_build_without_it_says_which_has_it() {
        let told = text_of(&fixture("pandas.parquet")).unwrap_err().to_string();
        assert!(told.contains(BUILD), "{told}");
        assert!(of_csv("a\n1\n").is_none());
    }

    /// Files of two other programs, one packed with snappy, one with zstd: the same table as the CSV, null by null.
    #[cfg(feature = "parquet")]
    #[test]
    fn others_files_are_the_table_they_were_made_of() {
        let wanted = text_of(&fixture("table.csv")).unwrap();
        for name in ["pandas.parquet", "polars.parquet"] {
            assert_eq!(text_of(&fixture(name)).unwrap(), wanted, "{name}");
        }
    }

    /// There and back: numbers to the digit, texts, and what is absent.
    #[cfg(feature = "parquet")]
    #[test]
    fn there_and_back() {
        let text = "hole,x [m],\"a, b\",nothing\nH1,1.5,0.1,\nH2,,-3,\n\"H,3\",0.0000001,12345678.9,\n,4,0.30000000000000004,\n";
        let bytes = of_csv(text).unwrap().unwrap();
        let path = std::env::temp_dir().join(format!("ytterby_{}.parquet", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let back = text_of(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(back, text);
        assert!(of_csv("a,b\n1\n").unwrap().is_err(), "a row that is too short");
    }
}
