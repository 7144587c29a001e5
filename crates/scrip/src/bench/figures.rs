//! What a bench reports, and how it is measured.

use std::io::Write;
use std::path::Path;

use engine::Stopwatch;
use serde::Serialize;

/// The figures of one run. Names are those of the API's contract.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// What was measured: the words of the command line.
    pub bench: String,
    /// Operations a second; the time that the projector needs to catch up counts.
    pub operations_per_second: f64,
    /// Operations in all.
    pub operations: u64,
    /// Seconds under load.
    pub seconds: f64,
    /// Latency of a request, in microseconds.
    pub p50_us: f64,
    /// 99 of 100 are faster.
    pub p99_us: f64,
    /// 999 of 1000 are faster.
    pub p999_us: f64,
    /// The longest.
    pub max_us: f64,
    /// The median of a 4 KiB write with fdatasync in the same folder, in the same run.
    pub fdatasync_us: f64,
    /// Entries in a durable append, on average.
    pub batch_mean: f64,
    /// The longest durable append.
    pub longest_append_us: u64,
    /// CPU of this process, clients included.
    pub cpu_us_per_operation: f64,
    /// Bytes on disk, all included.
    pub bytes_per_operation: f64,
    /// Entries that the projector had still to do when the load ended.
    pub lag_at_end: u64,
    /// How long it needed for them.
    pub drain_ms: f64,
    /// Memory of the process for each account, while all are cached.
    pub bytes_per_account: f64,
    /// Accounts.
    pub accounts: u64,
    /// The same stack answering an empty JSON handler, in the same run (HTTP only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_per_second: Option<f64>,
    /// `operations_per_second / empty_per_second` (HTTP only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
}

impl Figures {
    /// The figures for a person.
    pub fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "{}", self.bench)?;
        writeln!(
            out,
            "  {:>12.0} operations/s   ({} in {:.1} s, drained)",
            self.operations_per_second, self.operations, self.seconds
        )?;
        writeln!(
            out,
            "  {:>12.0} µs p50   {:.0} p99   {:.0} p999   {:.0} longest",
            self.p50_us, self.p99_us, self.p999_us, self.max_us
        )?;
        writeln!(out, "  {:>12.0} µs fdatasync of 4 KiB, median", self.fdatasync_us)?;
        writeln!(
            out,
            "  {:>12.1} entries a commit   ({} µs the longest append)",
            self.batch_mean, self.longest_append_us
        )?;
        writeln!(out, "  {:>12.2} µs CPU an operation", self.cpu_us_per_operation)?;
        writeln!(out, "  {:>12.1} bytes on disk an operation", self.bytes_per_operation)?;
        writeln!(out, "  {:>12.0} ms to drain the projector ({} entries)", self.drain_ms, self.lag_at_end)?;
        writeln!(
            out,
            "  {:>12.0} bytes of memory an account ({} accounts)",
            self.bytes_per_account, self.accounts
        )?;
        if let (Some(empty), Some(ratio)) = (self.empty_per_second, self.ratio) {
            writeln!(out, "  {empty:>12.0} requests/s of an empty handler: ratio {ratio:.2}")?;
        }
        Ok(())
    }
}

/// Latencies, in buckets a sixteenth of a power of two wide.
#[derive(Clone, Debug)]
pub struct Latencies {
    buckets: Vec<u64>,
    count: u64,
    longest: u64,
}

impl Default for Latencies {
    fn default() -> Latencies {
        Latencies { buckets: vec![0; 64 * 16], count: 0, longest: 0 }
    }
}

impl Latencies {
    /// Adds one, in nanoseconds.
    pub fn add(&mut self, nanos: u64) {
        let nanos = nanos.max(16);
        let power = nanos.ilog2();
        let bucket = (power as usize) * 16 + ((nanos >> (power - 4)) & 15) as usize;
        self.buckets[bucket] += 1;
        self.count += 1;
        self.longest = self.longest.max(nanos);
    }

    /// The latency below which `share` of all are, in microseconds.
    pub fn quantile_us(&self, share: f64) -> f64 {
        let wanted = (self.count as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted && *count > 0 {
                let (power, step) = (bucket / 16, bucket % 16);
                return 2_f64.powi(power as i32) * (1.0 + (step as f64 + 0.5) / 16.0) / 1_000.0;
            }
        }
        0.0
    }

    /// The longest, in microseconds.
    pub fn longest_us(&self) -> f64 {
        self.longest as f64 / 1_000.0
    }
}

/// The median of a 4 KiB write with fdatasync, in microseconds: what the disk needs for the least durable write.
pub fn fdatasync_us(folder: &Path) -> std::io::Result<f64> {
    use std::os::unix::fs::FileExt;
    let path = folder.join("fdatasync.tmp");
    let file = std::fs::File::create(&path)?;
    let block = [0x5a_u8; 4096];
    // Written once before, so that what is measured overwrites, as a log that is used again does.
    file.write_all_at(&vec![0_u8; 4096 * 64], 0)?;
    file.sync_all()?;
    let mut times: Vec<u64> = Vec::new();
    for turn in 0..256 {
        let started = Stopwatch::start();
        file.write_all_at(&block, (turn % 64) * 4096)?;
        file.sync_data()?;
        times.push(started.nanos());
    }
    std::fs::remove_file(&path)?;
    times.sort_unstable();
    Ok(times[times.len() / 2] as f64 / 1_000.0)
}

/// User and system time of this process, in microseconds.
pub fn cpu_us() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    // Linux counts in hundredths of a second wherever Rust runs.
    (ticks(11) + ticks(12)) * 10_000.0
}

/// The memory that this process has in use, in bytes.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
