// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/candidate_search.h"

#include <algorithm>
#include <utility>

namespace heartline::fleet {

namespace {
/// Between two questions: a small part of a registry's budget.
constexpr double kRestSeconds = 0.5;
/// Between two passes.
constexpr double kNextPassSeconds = 300;
/// Failures in a row after which the others are asked for: it may be this one alone.
constexpr int kPassedOver = 3;
} // namespace

CandidateSearch::CandidateSearch(std::vector<Candidate> candidates, std::size_t registries,
                                 double pace)
    : m_candidates(std::move(candidates)), m_passes(registries),
      m_rest(fromSeconds(kRestSeconds * pace)), m_again(fromSeconds(kNextPassSeconds * pace)) {}

void CandidateSearch::advance(Pass &pass, MonoTime now) const {
    const Candidate &asked = m_candidates[pass.candidate];
    if (++pass.id >= asked.ids.size()) {
        if (!std::exchange(pass.unread, false) && !pass.found.contains(pass.candidate)) {
            pass.missing.insert(pass.candidate);
            pass.missesInRow += asked.index ? 1 : 0;
        }
        pass.id = 0;
        ++pass.candidate;
    }
    pass.notBefore = now + m_rest;
    if (pass.candidate >= m_candidates.size()) {
        pass.candidate = 0;
        pass.missesInRow = 0;
        pass.notBefore = now + m_again;
    }
}

std::optional<std::string> CandidateSearch::next(std::size_t registry, MonoTime now,
                                                 const IsKnown &isKnown) {
    Pass &pass = m_passes[registry];
    if (pass.out || m_candidates.empty() || now < pass.notBefore)
        return std::nullopt;
    for (std::size_t i = 0; i <= m_candidates.size() * 2; ++i) {
        const Candidate &candidate = m_candidates[pass.candidate];
        const bool known = std::any_of(candidate.ids.begin(), candidate.ids.end(), isKnown);
        const bool beyond = candidate.index && pass.missesInRow >= kGap;
        if (!known && !beyond) {
            pass.out = true;
            return candidate.ids[pass.id];
        }
        if (known) {
            pass.found.insert(pass.candidate);
            pass.missesInRow = 0;
        }
        pass.id = candidate.ids.size() - 1; // the whole of it
        const MonoTime before = pass.notBefore;
        advance(pass, now);
        if (pass.candidate == 0 && pass.id == 0)
            return std::nullopt; // once around
        pass.notBefore = before;
    }
    return std::nullopt;
}

void CandidateSearch::answered(std::size_t registry, Answer answer, MonoTime now) {
    Pass &pass = m_passes[registry];
    pass.out = false;
    if (answer == Answer::Failed) {
        ++pass.failuresInRow;
        const Nanoseconds rest = restAfter(pass.failuresInRow);
        if (pass.failuresInRow % kPassedOver == 0) {
            pass.unread = true;
            advance(pass, now);
        }
        pass.notBefore = std::max(pass.notBefore, now + rest);
        return;
    }
    pass.failuresInRow = 0;
    pass.unread = pass.unread || answer == Answer::Unreadable;
    if (answer == Answer::Found) {
        pass.found.insert(pass.candidate);
        pass.missing.erase(pass.candidate);
        pass.missesInRow = 0;
    }
    advance(pass, now);
}

Nanoseconds CandidateSearch::restAfter(int failuresInRow) const {
    return std::min(m_rest * 5 * (1 << std::min(failuresInRow, 10)), m_again);
}

std::vector<std::string> CandidateSearch::unregistered(const IsKnown &isKnown) const {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        const Candidate &candidate = m_candidates[i];
        const bool nowhere = std::all_of(m_passes.begin(), m_passes.end(), [i](const Pass &pass) {
            return pass.missing.contains(i);
        });
        if (!candidate.label.empty() && nowhere &&
            std::none_of(candidate.ids.begin(), candidate.ids.end(), isKnown))
            labels.push_back(candidate.label);
    }
    return labels;
}

} // namespace heartline::fleet
