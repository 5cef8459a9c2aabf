// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/search_job.h"

#include <QString>
#include <QStringList>
#include <algorithm>

namespace heartline::node {

using protocol::Json;

namespace {
constexpr std::int64_t kDefaultResults = 20;
constexpr std::int64_t kMaxResults = 100;
constexpr qsizetype kMaxWords = 32;
constexpr std::size_t kMaxTagsAsked = 20;
constexpr std::size_t kLookedAt = 2'000; ///< of one piece

Json resultOf(double score, const EntityRow &row) {
    Json result{{"entity_id", row.entityId},
                {"name", row.name},
                {"summary", row.summary},
                {"category", row.category},
                {"tags", row.tags},
                {"home_registry", ""},
                {"status", "active"},
                {"developer_id", row.developerId},
                {"score", score},
                {"score_breakdown",
                 {{"text_relevance", score},
                  {"semantic_similarity", 0},
                  {"trust_score", 0},
                  {"freshness", 0},
                  {"availability", 1}}},
                {"entity_type", row.entityType}};
    if (!row.openapiUrl.empty())
        result["openapi_url"] = row.openapiUrl;
    return result;
}
} // namespace

std::variant<http::Response, std::shared_ptr<SearchJob>>
SearchJob::make(NodeState &state, const http::Request &request) {
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return unreadableBody(request.body);
    const std::string query = protocol::stringOr(*body, "query", {});
    std::shared_ptr<SearchJob> job(new SearchJob(state));
    job->m_developer = protocol::stringOr(*body, "developer_id", {});
    job->m_type = protocol::stringOr(*body, "entity_type", {});
    job->m_category = protocol::stringOr(*body, "category", {});
    job->m_tags = protocol::stringsMember(*body, "tags", kMaxTagsAsked);
    if (query.empty() && job->m_developer.empty() &&
        protocol::stringOr(*body, "developer_handle", {}).empty() &&
        protocol::stringOr(*body, "fqan", {}).empty())
        return errorAnswer(400,
                           "query or a filter (developer_handle, developer_id, fqan) is required");
    job->m_limit = static_cast<std::size_t>(std::clamp<std::int64_t>(
        protocol::integerMember(*body, "max_results").value_or(kDefaultResults), 1, kMaxResults));
    job->m_offset = static_cast<std::size_t>(
        std::max<std::int64_t>(protocol::integerMember(*body, "offset").value_or(0), 0));
    const QStringList words = QString::fromStdString(query).toCaseFolded().simplified().split(
        QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words.mid(0, kMaxWords))
        job->m_words.push_back(word.toStdString());
    return job;
}

bool SearchJob::mayMatch(const EntityRow &row) const {
    const auto has = [&row](const std::string &tag) {
        return std::find(row.tags.begin(), row.tags.end(), tag) != row.tags.end();
    };
    return row.active && (m_developer.empty() || row.developerId == m_developer) &&
           (m_type.empty() || row.entityType == m_type) &&
           (m_category.empty() || row.category == m_category) &&
           (m_tags.empty() || std::any_of(m_tags.begin(), m_tags.end(), has));
}

double SearchJob::relevance(const EntityRow &row) const {
    const std::size_t nameEnds = row.folded.find('\n');
    double found = 0;
    for (const std::string &word : m_words) {
        const std::size_t at = row.folded.find(word);
        found += at == std::string::npos ? 0 : at < nameEnds ? 2 : 1;
    }
    // Without words nothing matches, developer or not: watched on deployed registries.
    return m_words.empty() ? 0 : found / (2.0 * static_cast<double>(m_words.size()));
}

bool SearchJob::lookOn() {
    const auto &all = m_state.entities();
    auto it = all.lower_bound(m_next);
    for (std::size_t looked = 0; it != all.end() && looked < kLookedAt; ++it, ++looked) {
        if (!mayMatch(*it->second))
            continue;
        if (const double score = relevance(*it->second); score > 0)
            m_matches.emplace_back(score, it->second);
    }
    if (it == all.end())
        return false;
    m_next = it->first;
    return true;
}

http::Response SearchJob::answer() {
    // Only those that are given out need to be in order.
    const std::size_t from = std::min(m_offset, m_matches.size());
    const std::size_t to = std::min(from + m_limit, m_matches.size());
    const auto better = [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : a.second->sequence < b.second->sequence;
    };
    std::partial_sort(m_matches.begin(), m_matches.begin() + static_cast<std::ptrdiff_t>(to),
                      m_matches.end(), better);
    Json results = Json::array();
    for (std::size_t i = from; i < to; ++i)
        results.push_back(resultOf(m_matches[i].first, *m_matches[i].second));
    const auto total = m_matches.size();
    return jsonAnswer(200, {{"results", results},
                            {"total_found", total},
                            {"offset", m_offset},
                            {"has_more", to < total},
                            {"search_stats",
                             {{"local_results", total},
                              {"gossip_results", 0},
                              {"federated_results", 0},
                              {"peers_queried", 0},
                              {"latency_ms", 0}}}});
}

} // namespace heartline::node
