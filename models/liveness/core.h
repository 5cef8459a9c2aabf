// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/effects.h"
#include "liveness/read_budget.h"

#include <unordered_map>
#include <vector>

namespace heartline::liveness {

/// One agent at one registry.
struct Watch {
    RegistryIndex registry = 0;
    std::string entityId;
    Evidence evidence;
    Judgement judgement;
    /// The last beat before the alert; set while one is raised.
    std::optional<BeatFact> alertedOn;
    bool alerted = false;
    /// A read is out since then.
    std::optional<MonoTime> readPendingSince;
    bool readWanted = false;
    int failures = 0;
    MonoTime notBefore;
};

/// One registry as the core sees it.
struct RegistryView {
    LinkState link = LinkState::Connecting;
    RegistryClock clock;
    Sight sight;
    MonoTime blindSince;
    bool alerted = false;
    std::optional<MonoTime> listPendingSince;
    MonoTime lastListAt;
    bool listWanted = true;
    ReadBudget budget;
    std::vector<WatchIndex> watches;
    std::unordered_map<std::string, WatchIndex> byId;
};

/// Decides what is true about every agent, from events alone. Holds no socket, timer, file or
/// clock: the time comes in with each event and never goes back. The same code runs live, in tests
/// and in simulation. Thread: one at a time.
class Core {
public:
    Core(const Thresholds &thresholds, MonoTime now);

    [[nodiscard]] RegistryIndex addRegistry(MonoTime now);

    /// The clock of a registry, for the owner to feed with what it observes.
    RegistryClock &clock(RegistryIndex registry) { return m_registries[registry].clock; }

    /// Takes an event in; appends what follows from it. Ticks should come at least every 250 ms
    /// (divided by the pace of the thresholds).
    void handle(const Event &event, MonoTime now, std::vector<Effect> &effects);

    [[nodiscard]] const Thresholds &thresholds() const { return m_thresholds; }
    [[nodiscard]] const Watch &watch(WatchIndex index) const { return m_watches[index]; }
    [[nodiscard]] std::size_t watchCount() const { return m_watches.size(); }
    [[nodiscard]] const RegistryView &registry(RegistryIndex index) const {
        return m_registries[index];
    }
    [[nodiscard]] std::optional<WatchIndex> find(RegistryIndex registry,
                                                 std::string_view entityId) const;

    /// No frame, pong or answer for this long is silence: the registry's own state. Real time, at
    /// any pace: it is about our link.
    static constexpr Nanoseconds kSilenceBudget = 25s;

private:
    using Effects = std::vector<Effect>;
    void on(const event::BeatHeard &event, MonoTime now, Effects &effects);
    void on(const event::ConnectionSeen &event, MonoTime now, Effects &effects);
    void on(const event::ChangeHinted &event, MonoTime now, Effects &effects);
    void on(const event::RecordRead &event, MonoTime now, Effects &effects);
    void on(const event::RecordMissing &event, MonoTime now, Effects &effects);
    void on(const event::ReadFailed &event, MonoTime now, Effects &effects);
    void on(const event::ListRead &event, MonoTime now, Effects &effects);
    void on(const event::LinkChanged &event, MonoTime now, Effects &effects);
    void on(const event::RateLimited &event, MonoTime now, Effects &effects);
    void on(const event::ReadWanted &event, MonoTime now, Effects &effects);
    void on(const event::Tick &event, MonoTime now, Effects &effects);

    Watch *find(RegistryIndex registry, std::string_view entityId, WatchIndex &index);
    /// Derives the state anew, and the alerts from it.
    void update(WatchIndex index, MonoTime now, Effects &effects);
    void settleAlert(WatchIndex index, Effects &effects);
    /// The registry heard somebody during our blind time: then it heard everybody.
    void liftGraceIfHeard(RegistryView &view, const BeatFact &beat, MonoTime now);
    void scheduleReads(RegistryIndex index, MonoTime now, Effects &effects);
    enum class Need { None, Routine, Soon, Confirm };
    [[nodiscard]] Need readNeed(const Watch &watch, const RegistryView &view, MonoTime now) const;

    const Thresholds m_thresholds;
    std::vector<Watch> m_watches;
    std::vector<RegistryView> m_registries;
    MonoTime m_now;
};

} // namespace heartline::liveness
