// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/beat_fact.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace heartline::liveness {

/// Agents that were registered of late and are not read yet: perhaps ours. Their beats are kept, as
/// the first may come before we know. Beyond `kMost` the oldest are forgotten; a list finds them.
class Newcomers {
public:
    struct Newcomer {
        std::optional<BeatFact> beat;
        MonoTime seenAt;
        bool asked = false;
    };

    /// False where it was known.
    bool add(std::string_view entityId, MonoTime now);
    [[nodiscard]] Newcomer *find(std::string_view entityId);
    [[nodiscard]] bool contains(std::string_view entityId) const {
        return m_byId.find(entityId) != m_byId.end();
    }
    void remove(std::string_view entityId);
    /// A whole list that was asked for at that time did not hold them: they are somebody else's.
    void removeSeenBefore(MonoTime time);
    [[nodiscard]] std::size_t unasked() const { return m_unasked; }
    /// The one that waits for longest, and counts it as asked.
    [[nodiscard]] std::optional<std::string> askNext();
    /// The answer did not come.
    void askAgain(std::string_view entityId);

    static constexpr std::size_t kMost = 10'000;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, Newcomer, Hash, std::equal_to<>> m_byId;
    std::deque<std::string> m_waiting; // some are gone, or asked, since
    std::size_t m_unasked = 0;
};

} // namespace heartline::liveness
