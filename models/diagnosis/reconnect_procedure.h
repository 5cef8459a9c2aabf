// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/timer.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace heartline::diagnosis {

/// A step of the procedure as it is shown.
struct ReconnectStep {
    enum class State { Waiting, Running, Good, Failed, Skipped };
    std::string text;
    State state = State::Waiting;
    std::optional<Nanoseconds> took;
};

/// Brings an agent back as far as that is in our power, and says what each step gave: renews our
/// own view, restarts the heartbeat if it runs here, probes `/health`, waits for a fresh beat. It
/// never fakes one. Ends by itself; destruction cancels it. Thread: its scheduler's.
class ReconnectProcedure {
public:
    using Done = std::function<void(Result<std::string>)>;
    /// What its owner does for it; each of the first three calls back once, now or later.
    struct Hooks {
        std::function<void(Done)> renewView;
        /// Null where the heartbeat does not run here.
        std::function<void(Done)> restartHeartbeat;
        /// An error of kind Refused means skipped.
        std::function<void(Done)> probeHealth;
        /// steps() did.
        std::function<void()> changed;
        /// It is over; once. Must not end it.
        std::function<void()> finished;
    };

    /// `patience`: so long a fresh beat is waited for. `clock` and `scheduler` outlive it.
    ReconnectProcedure(Hooks hooks, Nanoseconds patience, const Clock &clock, Scheduler &scheduler);

    void start();
    /// A beat newer than the start of the procedure was heard.
    void beatHeard();

    [[nodiscard]] const std::vector<ReconnectStep> &steps() const { return m_steps; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] UtcTime startedAt() const { return m_startedUtc; }

private:
    void run(std::size_t step);
    void finishStep(std::size_t step, const Result<std::string> &result);
    void wait();
    void end(bool resumed);

    const Hooks m_hooks;
    const Nanoseconds m_patience;
    const Clock &m_clock;
    std::vector<ReconnectStep> m_steps;
    std::vector<std::function<void(Done)>> m_actions;
    Timer m_patienceTimer;
    MonoTime m_started;
    MonoTime m_stepStarted;
    UtcTime m_startedUtc;
    bool m_running = false;
    bool m_beaten = false;
    /// What is called back after its end finds that out.
    std::shared_ptr<int> m_life = std::make_shared<int>();
};

} // namespace heartline::diagnosis
