//! What a backend declares of itself.

use std::convert::Infallible;
use std::fmt::Display;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;
use uni_plugin::scheduler::SchedulerPersistence;

pub use super::mirror::Graph;
use super::serving;

pub type Persistence = Arc<dyn SchedulerPersistence>;

/// Hands the kit's graph to the backend's mirror.
pub type Sink = Box<dyn Fn(Graph) + Send + Sync>;

/// Puts raw rows, objects as in the document, into a store; legacy ones too.
pub type Plant = Box<dyn Fn(Vec<Value>) -> Result<(), String> + Send + Sync>;

/// An open backend.
pub struct Opened {
    pub persistence: Persistence,
    pub sink: Option<Sink>,
    pub plant: Option<Plant>,
}

impl Opened {
    pub fn new(persistence: Persistence) -> Self {
        Opened {
            persistence,
            sink: None,
            plant: None,
        }
    }

    pub fn with_sink(mut self, sink: Sink) -> Self {
        self.sink = Some(sink);
        self
    }

    pub fn with_plant(mut self, plant: Plant) -> Self {
        self.plant = Some(plant);
        self
    }
}

type Open = Box<dyn Fn(&Path) -> Result<Opened, String> + Send + Sync>;
type Factory = Box<dyn Fn(Option<&Path>) -> Opened + Send + Sync>;
type Hold = Box<dyn Fn(Option<SystemTime>) -> Result<(), String> + Send + Sync>;

pub struct Target {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) class: &'static str,
    pub(super) open: Open,
    pub(super) factory: Option<Factory>,
    pub(super) hold: Option<Hold>,
    pub(super) has_mirror: bool,
    pub(super) has_plant: bool,
    pub(super) has_processes: bool,
}

impl Target {
    /// A backend that always opens, and has no more than the trait.
    pub fn new(open: impl Fn(&Path) -> Persistence + Send + Sync + 'static) -> Self {
        Self::opening(move |data_path| Ok::<_, Infallible>(Opened::new(open(data_path))))
    }

    /// A backend that sends Cypher to whatever graph its sink is handed.
    pub fn mirroring(open: impl Fn(&Path) -> (Persistence, Sink) + Send + Sync + 'static) -> Self {
        let opened = move |data_path: &Path| {
            let (persistence, sink) = open(data_path);
            Ok::<_, Infallible>(Opened::new(persistence).with_sink(sink))
        };
        Self::opening(opened).mirrors()
    }

    /// A backend that may fail to open, with an error of its own, and that may have a sink or a way to plant rows.
    pub fn opening<E: Display>(
        open: impl Fn(&Path) -> Result<Opened, E> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Box::new(move |data_path| {
            open(data_path).map_err(|error| error.to_string())
        }))
    }

    fn of(open: Open) -> Self {
        Target {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            class: "sidecar",
            open,
            factory: None,
            hold: None,
            has_mirror: false,
            has_plant: false,
            has_processes: false,
        }
    }

    /// What it is called in reports; otherwise as in Cargo.toml.
    pub fn named(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.name = name.into();
        self.version = version.into();
        self
    }

    /// It is durable, and keeps its rows elsewhere than in the JSON document.
    pub fn store(mut self) -> Self {
        self.class = "store";
        self
    }

    /// It is the null backend, which accepts everything and keeps nothing.
    pub fn memory(mut self) -> Self {
        self.class = "memory";
        self
    }

    /// What it opens comes with a sink.
    pub fn mirrors(mut self) -> Self {
        self.has_mirror = true;
        self
    }

    /// What it opens, a store, comes with a way to plant rows.
    pub fn plants(mut self) -> Self {
        self.has_plant = true;
        self
    }

    /// Several processes may use one data path at once.
    pub fn processes(mut self) -> Self {
        self.has_processes = true;
        self
    }

    /// How a backend is chosen for a data path, or for none.
    pub fn factory(
        mut self,
        make: impl Fn(Option<&Path>) -> Opened + Send + Sync + 'static,
    ) -> Self {
        self.factory = Some(Box::new(make));
        self
    }

    /// How the clock that the backend reads is held at an instant, or let go. Without it the kit brackets it.
    pub fn clock(
        mut self,
        hold: impl Fn(Option<SystemTime>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.hold = Some(Box::new(hold));
        self
    }

    /// Answers requests until `shutdown` or the end of the input. Operations run beside each other.
    pub fn serve(self) -> io::Result<()> {
        serving::serve(self)
    }

    pub(super) fn capabilities(&self) -> Vec<&'static str> {
        let declared = [
            ("document", self.class == "sidecar"),
            ("clock", self.hold.is_some()),
            ("threads", true),
            ("processes", self.has_processes),
            ("mirror", self.has_mirror),
            ("planted_rows", self.has_plant),
            ("factory", self.factory.is_some()),
            ("traceable", self.class != "memory"),
        ];
        let named = declared.iter().filter(|(_, has)| *has);
        named.map(|(name, _)| *name).collect()
    }
}
