// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/routes.h"

#include <QList>
#include <QString>
#include <algorithm>

namespace heartline::node {

using protocol::Json;

namespace {

constexpr std::int64_t kDefaultResults = 20;
constexpr std::int64_t kMaxResults = 100;

QString folded(const std::string &text) {
    return QString::fromStdString(text).toCaseFolded();
}

/// The share of the query's words that the agent's name, summary, category or tags hold; words in
/// the name count double.
double relevance(const EntityRow &row, const QStringList &words) {
    const QString name = folded(row.name);
    QString rest = folded(row.summary) + QLatin1Char(' ') + folded(row.category);
    for (const std::string &tag : row.tags)
        rest += QLatin1Char(' ') + folded(tag);
    double found = 0;
    for (const QString &word : words)
        found += name.contains(word) ? 2 : rest.contains(word) ? 1 : 0;
    return words.isEmpty() ? 0 : found / (2.0 * static_cast<double>(words.size()));
}

http::Response search(NodeState &state, const http::Request &request) {
    const auto body = protocol::parseObject(request.body);
    if (!body)
        return errorAnswer(400, "invalid request body: " + body.error().message);
    const std::string query = protocol::stringOr(*body, "query", {});
    const std::string developer = protocol::stringOr(*body, "developer_id", {});
    const std::string type = protocol::stringOr(*body, "entity_type", {});
    const std::string category = protocol::stringOr(*body, "category", {});
    if (query.empty() && developer.empty() && protocol::stringOr(*body, "fqan", {}).empty())
        return errorAnswer(400, "query is required");
    const auto limit = std::clamp<std::int64_t>(
        protocol::integerMember(*body, "max_results").value_or(kDefaultResults), 1, kMaxResults);
    const auto offset =
        std::max<std::int64_t>(protocol::integerMember(*body, "offset").value_or(0), 0);
    const QStringList words =
        folded(query).simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);

    // Without words nothing matches, developer or not: watched on deployed registries.
    std::vector<std::pair<double, const EntityRow *>> matches;
    for (const auto &[sequence, row] : state.entities()) {
        if (!row->active || (!developer.empty() && row->developerId != developer) ||
            (!type.empty() && row->entityType != type) ||
            (!category.empty() && row->category != category))
            continue;
        const double score = relevance(*row, words.mid(0, 32));
        if (score > 0)
            matches.emplace_back(score, row);
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    Json results = Json::array();
    for (auto i = static_cast<std::size_t>(offset);
         i < matches.size() && results.size() < static_cast<std::size_t>(limit); ++i) {
        const auto &[score, row] = matches[i];
        results.push_back({{"entity_id", row->entityId},
                           {"name", row->name},
                           {"summary", row->summary},
                           {"category", row->category},
                           {"tags", row->tags},
                           {"home_registry", ""},
                           {"status", "active"},
                           {"developer_id", row->developerId},
                           {"score", score},
                           {"entity_type", row->entityType}});
    }
    const auto total = static_cast<std::int64_t>(matches.size());
    return jsonAnswer(200, {{"results", results},
                            {"total_found", total},
                            {"offset", offset},
                            {"has_more", offset + limit < total},
                            {"search_stats",
                             {{"local_results", total},
                              {"gossip_results", 0},
                              {"federated_results", 0},
                              {"peers_queried", 0},
                              {"latency_ms", 0}}}});
}

} // namespace

RouteAnswer routeSearch(NodeState &state, const http::Request &request) {
    if (!request.matches({"v1", "search"}))
        return std::nullopt;
    return request.method == "POST" ? search(state, request) : wrongMethod();
}

} // namespace heartline::node
