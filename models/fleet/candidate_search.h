// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/time.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace heartline::fleet {

/// An agent that may be registered: a key on this machine, a key that the developer's derives, or
/// an id that the operator gave.
struct Candidate {
    /// A key has two: of an agent and of a service.
    std::vector<std::string> ids;
    /// For people: the key file; empty for derived ones, which nobody misses.
    std::string label;
    /// Derived at this index. After kGap indices in a row that nobody knows, the rest is not asked.
    std::optional<std::uint32_t> index;
};

/// Which candidates to ask a registry for, one at a time, and which are registered nowhere. What a
/// list shows needs no asking. Pure; the time comes in.
class CandidateSearch {
public:
    /// Says whether some registry has a record of its own for the id.
    using IsKnown = std::function<bool(const std::string &entityId)>;

    CandidateSearch(std::vector<Candidate> candidates, std::size_t registries, double pace);

    /// The id to ask this registry for now; nothing while it rests or an answer is out.
    [[nodiscard]] std::optional<std::string> next(std::size_t registry, MonoTime now,
                                                  const IsKnown &isKnown);
    /// The id that next() gave was not asked for: it is given again.
    void putOff(std::size_t registry) { m_passes[registry].out = false; }
    /// What became of the id that next() gave. One whose record cannot be read is passed over;
    /// where nothing can be, it rests ever longer, up to a pass.
    enum class Answer { Found, Missing, Unreadable, Failed };
    void answered(std::size_t registry, Answer answer, MonoTime now);

    /// Labels of keys that every registry was asked for, and none knows.
    [[nodiscard]] std::vector<std::string> unregistered(const IsKnown &isKnown) const;
    [[nodiscard]] bool empty() const { return m_candidates.empty(); }

    static constexpr int kGap = 10;

private:
    struct Pass {
        std::size_t candidate = 0;
        std::size_t id = 0;
        int missesInRow = 0;
        int failuresInRow = 0;
        /// Something of this candidate could not be read: it is neither found nor missing.
        bool unread = false;
        bool out = false;
        MonoTime notBefore{};
        /// Candidates of which it knows no id.
        std::set<std::size_t> missing;
        std::set<std::size_t> found;
    };
    void advance(Pass &pass, MonoTime now) const;
    [[nodiscard]] Nanoseconds restAfter(int failuresInRow) const;

    const std::vector<Candidate> m_candidates;
    std::vector<Pass> m_passes;
    const Nanoseconds m_rest;
    const Nanoseconds m_again;
};

} // namespace heartline::fleet
