//! As much of the WebDriver protocol as the suite needs: <https://www.w3.org/TR/webdriver2/>.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};

/// How long something on the page may take to come about.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer, bytes: a screenshot.
const ANSWER_MAX: u64 = 64 << 20;
/// What the protocol calls the reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What the page says may be a frame or two ahead of what it shows; fonts come later still. A picture is
/// taken with the next frame: one of a page that stands still, on a machine without a graphics
/// processor, would be waited for in vain.
const KEEP_DRAWING: &str = "
    const done = arguments[0];
    let turned = 0;
    window.drawing = setInterval(() => {
        turned = 0.01 - turned;
        document.body.style.outline = `1px solid rgba(0, 0, 0, ${turned})`;
    }, 20);
    document.fonts.ready.then(() =>
        requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";

/// Until every motion that ends has ended: what turns while something is awaited turns on.
const UNTIL_AT_REST: &str = "
    const done = arguments[0];
    const ends = (motion) =>
        motion.playState === `running`
        && Number.isFinite(motion.effect?.getComputedTiming().endTime);
    const motions = document.getAnimations().filter(ends);
    Promise.allSettled(motions.map((motion) => motion.finished)).then(() => done(true));";

/// What becomes of a click on an element: it moves where the page grows in the same moment, since an
/// answer of the program came, and then a person clicks again.
const LISTEN: &str = "
    const [element] = arguments;
    window.heard = false;
    element.addEventListener(`click`, () => { window.heard = true; }, { once: true, capture: true });";
/// The page may hear of it some frames after the driver was told that it was done: who clicks again at
/// once clicks on what the first click has opened. One that is gone was taken away by the click, or is
/// looked for again.
const WAS_HEARD: &str = "
    const [element, done] = arguments;
    const deadline = performance.now() + 500;
    const look = () => {
        const heard = window.heard || !element.isConnected;
        if (heard || performance.now() > deadline) done(heard);
        else setTimeout(look, 10);
    };
    look();";
const MISSED: &str = "the click missed";

/// A page under remote control.
pub(crate) struct Session {
    http: ureq::Agent,
    base: String,
}

/// An element of the page.
pub(crate) struct Element<'a> {
    session: &'a Session,
    id: String,
}

impl Session {
    /// Asks the driver that listens at `port` to start `program` and to attach to its window.
    pub(crate) fn open(port: u16, program: &Path) -> Result<Self> {
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let driver = format!("http://127.0.0.1:{port}");
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": []},
        }}});
        let answer = call(&http, "POST", &format!("{driver}/session"), Some(&wanted))?;
        let id =
            answer.get("sessionId").and_then(Value::as_str).context("a session without an id")?;
        Ok(Self { base: format!("{driver}/session/{id}"), http })
    }

    fn get(&self, path: &str) -> Result<Value> {
        call(&self.http, "GET", &format!("{}{path}", self.base), None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        call(&self.http, "POST", &format!("{}{path}", self.base), Some(body))
    }

    /// The elements that match a CSS selector, now.
    pub(crate) fn all(&self, selector: &str) -> Result<Vec<Element<'_>>> {
        let found = self.post("/elements", &json!({"using": "css selector", "value": selector}))?;
        let found = found.as_array().context("no list of elements")?;
        Ok(found
            .iter()
            .filter_map(|reference| reference.get(ELEMENT)?.as_str())
            .map(|id| Element { session: self, id: id.to_owned() })
            .collect())
    }

    /// The first element that matches, as soon as there is one that can be seen.
    pub(crate) fn find(&self, selector: &str) -> Result<Element<'_>> {
        self.until(&format!("{selector} is shown"), || {
            for element in self.all(selector)? {
                if element.is_shown()? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
    }

    /// The element of that `data-testid`, as soon as it can be seen.
    pub(crate) fn part(&self, test_id: &str) -> Result<Element<'_>> {
        self.find(&by_test_id(test_id))
    }

    /// The first element that matches and has this text in it, as soon as it can be seen.
    pub(crate) fn find_with(&self, selector: &str, text: &str) -> Result<Element<'_>> {
        self.until(&format!("{selector} with {text:?} is shown"), || {
            for element in self.all(selector)? {
                if element.is_shown()? && element.text()?.contains(text) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
    }

    /// Waits until the element's text satisfies `wanted`, and gives the text.
    pub(crate) fn text_of(
        &self,
        test_id: &str,
        patience: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let mut last = String::from("(not there)");
        let found = wait(patience, || {
            for element in self.all(&by_test_id(test_id))? {
                last = element.text()?;
                if wanted(&last) {
                    return Ok(Some(last.clone()));
                }
            }
            Ok(None)
        })?;
        found.ok_or_else(|| anyhow!("{test_id} stayed at {last:?}; the page:\n{}", self.words()))
    }

    /// Runs a function's body in the page.
    pub(crate) fn run(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a function's body in the page and waits until it calls its last argument.
    pub(crate) fn run_async(&self, script: &str, arguments: &[&str]) -> Result<Value> {
        self.post("/execute/async", &json!({"script": script, "args": arguments}))
    }

    /// All the words on the page, for a message.
    pub(crate) fn words(&self) -> String {
        match self.run("return document.body.innerText") {
            Ok(text) => text.as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("(cannot be read: {error:#})"),
        }
    }

    /// A picture of the page, as PNG.
    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        self.run_async(KEEP_DRAWING, &[])?;
        let picture = self.get("/screenshot")?;
        self.run("clearInterval(window.drawing)")?;
        let picture = picture.as_str().context("a screenshot that is no text")?;
        Ok(base64::engine::general_purpose::STANDARD.decode(picture)?)
    }

    /// Repeats `look` until it finds something.
    pub(crate) fn until<T>(
        &self,
        what: &str,
        look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        wait(PATIENCE, look)?
            .ok_or_else(|| anyhow!("waited in vain: {what}; the page:\n{}", self.words()))
    }
}

impl Element<'_> {
    fn get(&self, path: &str) -> Result<Value> {
        self.session.get(&format!("/element/{}{path}", self.id))
    }

    fn post(&self, path: &str, body: &Value) -> Result<()> {
        self.session.post(&format!("/element/{}{path}", self.id), body).map(drop)
    }

    /// Clicks it as a person would: an element that something covers is an error, which [`wait`] waits
    /// out.
    pub(crate) fn click(&self) -> Result<()> {
        // The driver looks where it is and then clicks there: by then what still moves is elsewhere.
        self.session.run_async(UNTIL_AT_REST, &[])?;
        self.ask("sync", LISTEN)?;
        self.post("/click", &json!({}))?;
        // A page that ends with the click has heard it.
        let heard = self.ask("async", WAS_HEARD).unwrap_or(Value::Bool(true));
        ensure!(heard != Value::Bool(false), "{MISSED}: it was elsewhere by then");
        Ok(())
    }

    /// Runs a script on this element and, where it is `async`, waits until it calls its last argument.
    fn ask(&self, way: &str, script: &str) -> Result<Value> {
        let body = json!({ "script": script, "args": [{ ELEMENT: self.id }] });
        self.session.post(&format!("/execute/{way}"), &body)
    }

    /// Types, after what is there.
    pub(crate) fn write(&self, text: &str) -> Result<()> {
        self.post("/value", &json!({"text": text}))
    }

    /// Empties a field by the keyboard, as a script's `clear` goes past the page's own state, and types.
    pub(crate) fn replace(&self, text: &str) -> Result<()> {
        const CONTROL: char = '\u{E009}';
        const DELETE: char = '\u{E017}';
        self.click()?;
        // A modifier is held until the call ends.
        self.write(&format!("{CONTROL}a"))?;
        self.write(&DELETE.to_string())?;
        self.write(text)
    }

    /// The text as it is shown.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(self.get("/text")?.as_str().unwrap_or_default().to_owned())
    }

    /// What is typed in a field.
    pub(crate) fn value(&self) -> Result<String> {
        Ok(self.get("/property/value")?.as_str().unwrap_or_default().to_owned())
    }

    /// Whether it can be seen.
    pub(crate) fn is_shown(&self) -> Result<bool> {
        Ok(self.get("/displayed")?.as_bool().unwrap_or(false))
    }

    /// Whether it can be used.
    pub(crate) fn is_enabled(&self) -> Result<bool> {
        Ok(self.get("/enabled")?.as_bool().unwrap_or(false))
    }
}

/// The selector of a `data-testid`.
pub(crate) fn by_test_id(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}

/// Looks again every 50 ms until there is something or patience is at its end. An element that was
/// drawn anew between two questions is no failure: it is looked for again.
pub(crate) fn wait<T>(
    patience: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<Option<T>> {
    let deadline = Instant::now() + patience;
    loop {
        match look() {
            Ok(Some(found)) => return Ok(Some(found)),
            Ok(None) => {}
            Err(error) if is_passing(&error) => {}
            Err(error) => return Err(error),
        }
        if Instant::now() > deadline {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Drawn anew between two questions, covered by a dialog that is still closing, or still moving in.
fn is_passing(error: &anyhow::Error) -> bool {
    let text = error.to_string();
    ["stale element", "element click intercepted", "element not interactable", MISSED]
        .iter()
        .any(|passing| text.contains(passing))
}

/// Every answer is of this form; an error is in `value` too.
#[derive(Deserialize)]
struct Answer {
    value: Value,
}

fn call(http: &ureq::Agent, method: &str, url: &str, body: Option<&Value>) -> Result<Value> {
    let mut answer = match body {
        Some(body) => http.post(url).send_json(body),
        None => http.get(url).call(),
    }
    .with_context(|| format!("{method} {url}"))?;
    let status = answer.status();
    let Answer { value } = answer.body_mut().with_config().limit(ANSWER_MAX).read_json()?;
    ensure!(status.is_success(), "{method} {url}: {value}");
    Ok(value)
}
