//! The thread that looks: surveys and plans take their time, and signals must not
//! wait for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use helmfire_helmfile::run::Leash;
use helmfire_inputs::{Id, Print};

use crate::machine::Plan;
use crate::message::Message;
use crate::notice::{self, Notice};
use crate::survey::Surveyor;

/// What the thread is asked for.
enum Errand {
    Survey { reload: bool },
    Plan { releases: BTreeSet<Id>, generation: u64 },
}

/// What is watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    pub files: usize,
    pub releases: usize,
    /// Whether there are more files than may be watched.
    pub is_cut: bool,
    /// The chart repositories that the helmfiles name.
    pub repositories: Option<Print>,
    /// Whether some of it is on a file system that does not tell of all changes.
    pub is_remote: bool,
    /// What keeps changes from being noticed at once.
    pub troubles: Vec<String>,
}

/// The thread.
pub struct Surveying {
    errands: Sender<Errand>,
    /// Closed when the thread has ended.
    end: Receiver<()>,
    leash: Leash,
}

/// How long helmfile may take to end once it was told to.
const PATIENCE: Duration = Duration::from_secs(10);

impl Surveying {
    /// Starts it; without `notice` nothing is watched.
    pub fn start(
        surveyor: Surveyor,
        notice: Option<Notice>,
        to: Sender<Message>,
        leash: Leash,
    ) -> Self {
        let (errands, waiting) = mpsc::channel();
        let (done, end) = mpsc::channel();
        thread::spawn(move || {
            let _done = done;
            let is_remote = BTreeMap::new();
            Work { surveyor, notice, to, told: None, is_remote }.go_on(&waiting);
        });
        Self { errands, end, leash }
    }

    /// Ends the question that helmfile is at, with all that it started, and waits.
    pub fn finish(self) {
        drop(self.errands);
        self.leash.end();
        let _ = self.end.recv_timeout(PATIENCE);
    }

    /// Asks for a survey.
    pub fn survey(&self, reload: bool) {
        let _ = self.errands.send(Errand::Survey { reload });
    }

    /// Asks for a plan.
    pub fn plan(&self, releases: BTreeSet<Id>, generation: u64) {
        let _ = self.errands.send(Errand::Plan { releases, generation });
    }
}

struct Work {
    surveyor: Surveyor,
    notice: Option<Notice>,
    to: Sender<Message>,
    told: Option<News>,
    /// Whether events of a directory cannot be trusted.
    is_remote: BTreeMap<PathBuf, bool>,
}

impl Work {
    fn go_on(mut self, errands: &Receiver<Errand>) {
        for errand in errands {
            let answer = match errand {
                Errand::Survey { reload } => self.survey(reload),
                Errand::Plan { releases, generation } => {
                    let outcome = self.surveyor.plan(&releases);
                    Message::Planned(Plan { releases, generation, outcome })
                }
            };
            if self.to.send(answer).is_err() {
                return;
            }
        }
    }

    /// The order matters: what changes after the look is a new hint, and what is new
    /// to be watched is looked at once more.
    fn survey(&mut self, reload: bool) -> Message {
        self.notice.iter().for_each(Notice::clear);
        self.surveyor.refresh();
        let mut troubles = self.watch();
        let before = self.paths();
        let survey = self.surveyor.survey(reload);
        if self.notice.is_some() && self.paths() != before {
            troubles.extend(self.watch());
            let _ = self.to.send(Message::Hint);
        }
        self.tell(troubles);
        Message::Surveyed(survey)
    }

    fn paths(&self) -> Option<(usize, BTreeSet<PathBuf>)> {
        let sight = self.surveyor.sight()?;
        Some((sight.universe.named.len(), sight.universe.directories.clone()))
    }

    fn watch(&mut self) -> Vec<String> {
        let (Some(notice), Some(sight)) = (&mut self.notice, self.surveyor.sight())
        else {
            return Vec::new();
        };
        let files = sight.universe.named.iter().map(PathBuf::as_path);
        let directories = sight.universe.directories.iter().map(PathBuf::as_path);
        let troubles = notice.watch(files, directories);
        troubles.iter().map(ToString::to_string).collect()
    }

    fn tell(&mut self, troubles: Vec<String>) {
        let Some(sight) = self.surveyor.sight() else { return };
        let known = &mut self.is_remote;
        let mut is_remote = false;
        for directory in &sight.universe.directories {
            let here = known.entry(directory.clone());
            is_remote |= *here.or_insert_with(|| notice::is_remote(directory));
        }
        let news = News {
            files: sight.universe.named.len() + sight.universe.others.len(),
            releases: sight.releases,
            is_cut: sight.universe.is_cut,
            repositories: sight.repositories,
            is_remote,
            troubles,
        };
        if self.told.as_ref() != Some(&news) {
            self.told = Some(news.clone());
            let _ = self.to.send(Message::News(news));
        }
    }
}
