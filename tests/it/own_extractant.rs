//! A user's own extractant file reaches a run through `--data FOLDER`: no rebuild, and what the file says decides.

use std::fs;
use std::path::{Path, PathBuf};

use ytterby::error::Error;
use ytterby::library::Library;
use ytterby::outcome::Outcome;
use ytterby::run::Silent;
use ytterby::scenario::Scenario;
