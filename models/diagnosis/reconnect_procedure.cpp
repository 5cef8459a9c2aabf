// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/reconnect_procedure.h"

#include <array>
#include <cstdio>

namespace heartline::diagnosis {

namespace {

std::string secondsText(Nanoseconds d) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", toSeconds(d));
    return text.data();
}

} // namespace

ReconnectProcedure::ReconnectProcedure(Hooks hooks, Nanoseconds patience, const Clock &clock,
                                       Scheduler &scheduler)
    : m_hooks(std::move(hooks)), m_patience(patience), m_clock(clock),
      m_patienceTimer(scheduler, [this] { end(false); }) {
    m_steps.push_back({"Reopen our stream, read the record again"});
    m_actions.push_back(m_hooks.renewView);
    if (m_hooks.restartHeartbeat) {
        m_steps.push_back({"Restart the heartbeat that runs here"});
        m_actions.push_back(m_hooks.restartHeartbeat);
    }
    m_steps.push_back({"Ask the agent's /health"});
    m_actions.push_back(m_hooks.probeHealth);
    m_steps.push_back({"Wait for a fresh beat"});
}

void ReconnectProcedure::start() {
    m_running = true;
    m_started = m_clock.mono();
    m_startedUtc = m_clock.utc();
    m_patienceTimer.start(m_patience);
    run(0);
}

void ReconnectProcedure::run(std::size_t step) {
    if (!m_running)
        return;
    m_stepStarted = m_clock.mono();
    m_steps[step].state = ReconnectStep::State::Running;
    m_hooks.changed();
    if (step == m_actions.size())
        return wait();
    m_actions[step]([this, life = std::weak_ptr(m_life), step](const Result<std::string> &result) {
        if (!life.expired() && m_running && m_steps[step].state == ReconnectStep::State::Running)
            finishStep(step, result);
    });
}

void ReconnectProcedure::finishStep(std::size_t step, const Result<std::string> &result) {
    ReconnectStep &done = m_steps[step];
    done.took = m_clock.mono() - m_stepStarted;
    if (result) {
        done.state = ReconnectStep::State::Good;
        if (!result->empty())
            done.text = *result;
    } else {
        done.state = result.error().kind == ErrorKind::Refused ? ReconnectStep::State::Skipped
                                                               : ReconnectStep::State::Failed;
        done.text += " — " + result.error().message;
    }
    run(step + 1);
}

void ReconnectProcedure::wait() {
    if (m_beaten)
        end(true);
}

void ReconnectProcedure::beatHeard() {
    m_beaten = true;
    if (m_running && m_steps.back().state == ReconnectStep::State::Running)
        end(true);
}

void ReconnectProcedure::end(bool resumed) {
    if (!m_running)
        return;
    m_running = false;
    m_patienceTimer.stop();
    const Nanoseconds took = m_clock.mono() - m_started;
    for (std::size_t i = 0; i + 1 < m_steps.size(); ++i)
        if (m_steps[i].state == ReconnectStep::State::Running ||
            m_steps[i].state == ReconnectStep::State::Waiting) {
            m_steps[i].state = ReconnectStep::State::Failed;
            m_steps[i].text += " — no answer in time";
        }
    ReconnectStep &last = m_steps.back();
    last.took = took;
    last.state = resumed ? ReconnectStep::State::Good : ReconnectStep::State::Failed;
    last.text = resumed ? "Heartbeat resumed after " + secondsText(took)
                        : "No fresh beat within " + secondsText(m_patience);
    m_hooks.changed();
    m_hooks.finished();
}

} // namespace heartline::diagnosis
