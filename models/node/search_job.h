// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "node/routes.h"

namespace heartline::node {

/// One search, in pieces. Listener's thread only.
class SearchJob {
public:
    /// The refusal, where the request is none.
    [[nodiscard]] static std::variant<http::Response, std::shared_ptr<SearchJob>>
    make(NodeState &state, const http::Request &request);

    /// Looks at some more; false when all were looked at.
    [[nodiscard]] bool lookOn();
    /// What was found, when all were looked at.
    [[nodiscard]] http::Response answer();

private:
    explicit SearchJob(NodeState &state) : m_state(state) {}
    [[nodiscard]] bool mayMatch(const EntityRow &row) const;
    /// The share of the words that it holds; those in its name count double.
    [[nodiscard]] double relevance(const EntityRow &row) const;

    NodeState &m_state;
    std::vector<std::string> m_words; ///< case folded
    std::string m_developer;
    std::string m_type;
    std::string m_category;
    std::vector<std::string> m_tags;
    std::size_t m_limit = 0;
    std::size_t m_offset = 0;
    std::uint64_t m_next = 0; ///< of the order
    std::vector<std::pair<double, std::shared_ptr<const EntityRow>>> m_matches;
};

} // namespace heartline::node
