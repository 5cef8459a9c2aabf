// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node_store.h"

#include "base/logging.h"
#include "base/rfc3339.h"

#include <QDir>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

namespace heartline::node {

using protocol::Json;

namespace {

/// Each statement takes the database from one version to the next; `user_version` counts them.
QList<QStringList> migrations() {
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

std::string connectionName() {
    return "node-store-" + std::to_string(std::hash<std::thread::id>{}(std::this_thread::get_id()));
}

Result<QSqlDatabase> openDatabase(const std::string &path) {
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), q(connectionName()));
    db.setDatabaseName(q(path));
    db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!db.open())
        return fail(ErrorKind::Io,
                    "cannot open " + path + ": " + db.lastError().text().toStdString());
    QSqlQuery query(db);
    if (!query.exec(QStringLiteral("PRAGMA journal_mode=WAL")) ||
        !query.exec(QStringLiteral("PRAGMA synchronous=NORMAL")) ||
        !query.exec(QStringLiteral("PRAGMA user_version")) || !query.next())
        return fail(ErrorKind::Io,
                    path + " is not a usable database: " + query.lastError().text().toStdString());
    const QList<QStringList> steps = migrations();
    const int version = query.value(0).toInt();
    query.finish();
    if (version > static_cast<int>(steps.size()))
        return fail(
            ErrorKind::Unsupported,
            path + " was written by a newer Heartline; use that one, or another --data folder");
    for (qsizetype i = version; i < steps.size(); ++i) {
        db.transaction();
        for (const QString &statement : steps[i])
            if (!query.exec(statement))
                return fail(ErrorKind::Io, "cannot prepare " + path + ": " +
                                               query.lastError().text().toStdString());
        if (!query.exec(QStringLiteral("PRAGMA user_version=%1").arg(i + 1)) || !db.commit())
            return fail(ErrorKind::Io, "cannot prepare " + path);
    }
    return db;
}

void closeDatabase() {
    QSqlDatabase::removeDatabase(q(connectionName()));
}

std::string developerJson(const DeveloperRow &row) {
    return Json{{"developer_id", row.developerId},
                {"name", row.name},
                {"public_key", row.publicKeyText},
                {"profile_url", row.profileUrl},
                {"github", row.github},
                {"signature", row.signature},
                {"registered_at", formatRfc3339(row.registeredAt)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> readAll(QSqlDatabase &db, StoredState &state) {
    QSqlQuery query(db);
    query.setForwardOnly(true);
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
    Result<void> result;
    {
        auto db = openDatabase(path);
        result = db ? readAll(*db, state) : Result<void>(tl::unexpected(db.error()));
    }
    closeDatabase();
    if (!result)
        return tl::unexpected(result.error());
    std::unique_ptr<NodeStore> store(new NodeStore(path));
    store->m_thread =
        std::jthread([s = store.get()](const std::stop_token &stop) { s->run(stop); });
    return store;
}

NodeStore::~NodeStore() {
    m_thread.request_stop();
    wake();
    if (m_thread.joinable())
        m_thread.join();
}

void NodeStore::wake() {
    const std::lock_guard lock(m_mutex);
    m_urgent = true;
    m_changed.notify_one();
}

void NodeStore::putDeveloper(const DeveloperRow &row) {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.developers[row.developerId] = developerJson(row);
    }
    wake();
}

void NodeStore::removeDeveloper(const std::string &developerId) {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.developers[developerId] = std::nullopt;
    }
    wake();
}

void NodeStore::putEntity(const EntityRow &row) {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.entities[row.entityId] = row;
        m_waiting.liveness.erase(row.entityId);
        m_waiting.tombstones.erase(row.entityId);
    }
    wake();
}

void NodeStore::putLiveness(const std::string &entityId, UtcTime lastHeartbeat, bool active) {
    const std::lock_guard lock(m_mutex);
    m_waiting.liveness[entityId] = {lastHeartbeat, active};
    m_changed.notify_one();
}

void NodeStore::removeEntity(const std::string &entityId, UtcTime now) {
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.entities[entityId] = std::nullopt;
        m_waiting.liveness.erase(entityId);
        m_waiting.tombstones[entityId] = now;
    }
    wake();
}

void NodeStore::Batch::addOlder(Batch &&older) {
    developers.merge(older.developers);
    for (auto &[id, liveness] : older.liveness)
        if (!entities.contains(id))
            this->liveness.emplace(id, liveness);
    entities.merge(older.entities);
    tombstones.merge(older.tombstones);
}

void NodeStore::run(const std::stop_token &stop) {
    {
        auto db = openDatabase(m_path);
        if (!db)
            qCCritical(lcNode, "%s", db.error().message.c_str());
        std::unique_lock lock(m_mutex);
        while (true) {
            m_changed.wait(lock, stop, [this] { return !m_waiting.empty(); });
            // Heartbeats gather for a second unless something more urgent comes.
            if (!stop.stop_requested())
                m_changed.wait_for(lock, stop, std::chrono::seconds(1),
                                   [this] { return m_urgent; });
            Batch batch = std::exchange(m_waiting, {});
            m_urgent = false;
            lock.unlock();
            const auto written = batch.empty() ? Result<void>() : write(batch);
            lock.lock();
            if (!written) {
                qCCritical(lcNode, "cannot write the registry's database, will try again: %s",
                           written.error().message.c_str());
                m_waiting.addOlder(std::move(batch));
                if (!stop.stop_requested())
                    m_changed.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
            }
            if (stop.stop_requested() && (m_waiting.empty() || !written))
                break;
        }
    }
    closeDatabase();
}

Result<void> NodeStore::write(const Batch &batch) {
    QSqlDatabase db = QSqlDatabase::database(q(connectionName()));
    if (!db.transaction())
        return fail(ErrorKind::Io, db.lastError().text().toStdString());
    QSqlQuery query(db);
    const auto run = [&](const QString &statement, const QVariantList &values) {
        if (query.lastQuery() != statement)
            query.prepare(statement);
        for (int i = 0; i < values.size(); ++i)
            query.bindValue(i, values[i]);
        return query.exec();
    };
    bool good = true;
    for (const auto &[id, record] : batch.developers)
        good =
            good &&
            (record ? run(QStringLiteral("INSERT OR REPLACE INTO developers VALUES(?,?)"),
                          {q(id), q(*record)})
                    : run(QStringLiteral("DELETE FROM developers WHERE developer_id=?"), {q(id)}));
    for (const auto &[id, row] : batch.entities)
        good =
            good && (row ? run(QStringLiteral("INSERT OR REPLACE INTO entities VALUES(?,?,?,?,?)"),
                               {q(id), static_cast<qulonglong>(row->sequence),
                                q(toStoredJson(*row)), ns(row->lastHeartbeat), row->active})
                         : run(QStringLiteral("DELETE FROM entities WHERE entity_id=?"), {q(id)}));
    for (const auto &[id, at] : batch.tombstones) {
        good = good && run(QStringLiteral("INSERT OR REPLACE INTO tombstones VALUES(?,?)"),
                           {q(id), ns(at)});
        good = good && run(QStringLiteral("DELETE FROM tombstones WHERE at_ns<?"),
                           {ns(at - std::chrono::hours(7 * 24))});
    }
    for (const auto &[id, liveness] : batch.liveness)
        good =
            good && run(QStringLiteral(
                            "UPDATE entities SET last_heartbeat_ns=?, active=? WHERE entity_id=?"),
                        {ns(liveness.lastHeartbeat), liveness.active, q(id)});
    query.finish();
    if (!good || !db.commit()) {
        const std::string why =
            query.lastError().text().toStdString() + db.lastError().text().toStdString();
        db.rollback();
        return fail(ErrorKind::Io, why);
    }
    return {};
}

} // namespace heartline::node
