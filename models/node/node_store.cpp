// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_store.h"

#include "base/rfc3339.h"

#include <QDir>
#include <QSqlError>
#include <QSqlQuery>

namespace heartline::node {

using protocol::Json;

namespace {

storage::Database::Migrations migrations() {
    return {
        {QStringLiteral(
             "CREATE TABLE developers(developer_id TEXT PRIMARY KEY, record TEXT NOT NULL)"),
         QStringLiteral(
             "CREATE TABLE entities(entity_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, "
             "record TEXT NOT NULL, last_heartbeat_ns INTEGER NOT NULL, active INTEGER NOT NULL)"),
         QStringLiteral(
             "CREATE TABLE tombstones(entity_id TEXT PRIMARY KEY, at_ns INTEGER NOT NULL)")},
    };
}

QString q(const std::string &text) {
    return QString::fromStdString(text);
}

qint64 ns(UtcTime time) {
    return time.time_since_epoch().count();
}

std::string developerText(const DeveloperRow &row) {
    return Json{{"developer_id", row.developerId},
                {"name", row.name},
                {"public_key", row.publicKeyText},
                {"profile_url", row.profileUrl},
                {"github", row.github},
                {"signature", row.signature},
                {"registered_at", formatRfc3339(row.registeredAt)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> readAll(const storage::Database &database, StoredState &state) {
    QSqlQuery query = database.query();
    if (!query.exec(QStringLiteral("SELECT record FROM developers")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next()) {
        const auto json = protocol::parseObject(query.value(0).toString().toStdString());
        if (!json)
            return fail(ErrorKind::Io, "a stored developer is damaged");
        state.developers.push_back(
            {protocol::stringOr(*json, "developer_id", {}), protocol::stringOr(*json, "name", {}),
             protocol::stringOr(*json, "public_key", {}),
             protocol::stringOr(*json, "profile_url", {}), protocol::stringOr(*json, "github", {}),
             protocol::stringOr(*json, "signature", {}),
             protocol::timeMember(*json, "registered_at").value_or(UtcTime{})});
    }
    if (!query.exec(QStringLiteral(
            "SELECT record, last_heartbeat_ns, active, sequence FROM entities ORDER BY sequence")))
        return fail(ErrorKind::Io, query.lastError().text().toStdString());
    while (query.next()) {
        auto row = fromStoredJson(query.value(0).toString().toStdString());
        if (!row)
            return tl::unexpected(row.error());
        row->lastHeartbeat = UtcTime(Nanoseconds(query.value(1).toLongLong()));
        row->active = query.value(2).toBool();
        row->sequence = query.value(3).toULongLong();
        state.entities.push_back(std::move(*row));
    }
    return {};
}

} // namespace

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::string &dir, StoredState &state) {
    if (!QDir().mkpath(q(dir)))
        return fail(ErrorKind::Io, "cannot make the folder " + dir);
    const std::string path = dir + "/registry.sqlite";
    {
        const auto database = storage::Database::open(path, migrations());
        if (!database)
            return tl::unexpected(database.error());
        if (const auto read = readAll(*database, state); !read)
            return tl::unexpected(read.error());
    }
    return std::unique_ptr<NodeStore>(new NodeStore(path));
}

NodeStore::NodeStore(const std::string &path) : m_writer(path, migrations(), write) {}

void NodeStore::putDeveloper(const DeveloperRow &row) {
    m_writer.change(
        [&](Batch &waiting) { waiting.developers[row.developerId] = developerText(row); }, true);
}

void NodeStore::removeDeveloper(const std::string &developerId) {
    m_writer.change([&](Batch &waiting) { waiting.developers[developerId] = std::nullopt; }, true);
}

void NodeStore::putEntity(const EntityRow &row) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.entities[row.entityId] = row;
            waiting.liveness.erase(row.entityId);
            waiting.tombstones.erase(row.entityId);
        },
        true);
}

void NodeStore::putLiveness(const std::string &entityId, UtcTime lastHeartbeat, bool active) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.liveness[entityId] = {lastHeartbeat, active};
        },
        false);
}

void NodeStore::removeEntity(const std::string &entityId, UtcTime now) {
    m_writer.change(
        [&](Batch &waiting) {
            waiting.entities[entityId] = std::nullopt;
            waiting.liveness.erase(entityId);
            waiting.tombstones[entityId] = now;
        },
        true);
}

void NodeStore::Batch::addOlder(Batch &&older) {
    developers.merge(older.developers);
    for (auto &[id, known] : older.liveness)
        if (!entities.contains(id))
            liveness.emplace(id, known);
    entities.merge(older.entities);
    tombstones.merge(older.tombstones);
}

Result<void> NodeStore::write(storage::Database &database, const Batch &batch) {
    return database.transaction([&batch](const storage::Database::Run &run) {
        bool good = true;
        for (const auto &[id, record] : batch.developers)
            good = good &&
                   (record ? run(QStringLiteral("INSERT OR REPLACE INTO developers VALUES(?,?)"),
                                 {q(id), q(*record)})
                           : run(QStringLiteral("DELETE FROM developers WHERE developer_id=?"),
                                 {q(id)}));
        for (const auto &[id, row] : batch.entities)
            good = good &&
                   (row ? run(QStringLiteral("INSERT OR REPLACE INTO entities VALUES(?,?,?,?,?)"),
                              {q(id), static_cast<qulonglong>(row->sequence), q(toStoredJson(*row)),
                               ns(row->lastHeartbeat), row->active})
                        : run(QStringLiteral("DELETE FROM entities WHERE entity_id=?"), {q(id)}));
        for (const auto &[id, at] : batch.tombstones) {
            good = good && run(QStringLiteral("INSERT OR REPLACE INTO tombstones VALUES(?,?)"),
                               {q(id), ns(at)});
            good = good && run(QStringLiteral("DELETE FROM tombstones WHERE at_ns<?"),
                               {ns(at - std::chrono::hours(7 * 24))});
        }
        for (const auto &[id, liveness] : batch.liveness)
            good = good && run(QStringLiteral("UPDATE entities SET last_heartbeat_ns=?, active=? "
                                              "WHERE entity_id=?"),
                               {ns(liveness.lastHeartbeat), liveness.active, q(id)});
        return good;
    });
}

} // namespace heartline::node
