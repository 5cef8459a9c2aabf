// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/entity_parts.h"

#include <charconv>

namespace heartline::node {

using protocol::Json;

namespace {

constexpr std::size_t kDefaultPage = 50;
constexpr std::size_t kPieceBytes = 32 * 1024;

using Rows = std::vector<std::shared_ptr<const EntityRow>>;

std::size_t numberParameter(const http::Request &request, const char *name, std::size_t fallback) {
    const auto it = request.query.find(name);
    if (it == request.query.end())
        return fallback;
    std::size_t value = 0;
    const std::string &text = it->second;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size() ? value : fallback;
}

std::string parameter(const http::Request &request, const char *name) {
    const auto it = request.query.find(name);
    return it == request.query.end() ? std::string() : it->second;
}

/// The page's rows, the newest first as deployed.
Rows pageOf(const NodeState &state, const http::Request &request) {
    std::size_t limit = numberParameter(request, "limit", kDefaultPage);
    if (limit == 0)
        limit = kDefaultPage;
    std::size_t offset = numberParameter(request, "offset", 0);
    const std::string type = parameter(request, "type");
    const std::string category = parameter(request, "category");
    const bool online = parameter(request, "status") == "online"; // the documented filter
    Rows rows;
    std::size_t taken = 0;
    const auto &all = state.entities();
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        const auto &row = it->second;
        if ((!category.empty() && row->category != category) || (online && !row->active))
            continue;
        if (offset > 0) {
            --offset;
            continue;
        }
        if (taken++ == limit)
            break;
        // The type is applied after paging, as deployed: such a page can come up short.
        if (type.empty() || row->entityType == type)
            rows.push_back(row);
    }
    return rows;
}

/// A list of any length in pieces: neither its text nor its making is there all at once.
class ListPieces {
public:
    explicit ListPieces(Rows rows) : m_rows(std::move(rows)) {}

    /// Empty at the end.
    std::string next() {
        std::string piece;
        while (m_next < m_rows.size() && piece.size() < kPieceBytes) {
            if (m_next > 0)
                piece += ',';
            std::string row = protocol::toGoJsonLine(toJson(*m_rows[m_next], true));
            row.pop_back(); // the line's end
            piece += row;
            m_rows[m_next++].reset();
        }
        if (m_next == m_rows.size() && !m_ended) {
            piece += "]}\n";
            m_ended = true;
        }
        return piece;
    }

private:
    Rows m_rows;
    std::size_t m_next = 0;
    bool m_ended = false;
};

} // namespace

http::Response listEntities(NodeState &state, const http::Request &request) {
    Rows rows = pageOf(state, request);
    http::Response answer;
    answer.body = "{\"count\":" + std::to_string(rows.size()) + ",\"entities\":[";
    const auto pieces = std::make_shared<ListPieces>(std::move(rows));
    // The first piece is at once: most lists have no other.
    answer.body += pieces->next();
    if (answer.body.ends_with("]}\n"))
        return answer;
    answer.more = [pieces, &work = state.work()](const http::Response::TakePiece &take) {
        const bool added = work.add([pieces, take] {
            take(pieces->next());
            return false;
        });
        if (!added) // so much is asked for that this one cannot wait
            take(std::nullopt);
    };
    return answer;
}

} // namespace heartline::node
