// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/logging.h"
#include "storage/database.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace heartline::storage {

/// Writes batches to a database in a thread of its own, so that nobody waits for the disk. What is
/// changed gathers for up to a second into one transaction, unless it is urgent. A write that fails
/// is logged, kept, and tried again each second, as is a file that could not be opened. Destruction
/// writes what waits.
///
/// `Batch` has `bool empty() const` and `void addOlder(Batch &&)`, which takes in what is older
/// than itself. Thread: change() from any, one at a time.
template <typename Batch>
class WriteBehind {
public:
    using Write = std::function<Result<void>(Database &, const Batch &)>;
    /// May take out of the batch what is not to be tried again.
    using Failed = std::function<void(const Error &, Batch &)>;

    /// Both are called in the writing thread.
    WriteBehind(std::string path, Database::Migrations migrations, Write write, Failed failed = {})
        : m_path(std::move(path)), m_migrations(std::move(migrations)), m_write(std::move(write)),
          m_failed(std::move(failed)),
          m_thread([this](const std::stop_token &stop) { run(stop); }) {}

    ~WriteBehind() {
        m_thread.request_stop();
        change([](Batch &) {}, true);
        m_thread.join();
    }
    WriteBehind(const WriteBehind &) = delete;
    WriteBehind &operator=(const WriteBehind &) = delete;

    /// `edit` changes the batch that waits.
    template <typename Edit>
    void change(Edit edit, bool urgent) {
        const std::lock_guard lock(m_mutex);
        edit(m_waiting);
        m_urgent = m_urgent || urgent;
        m_changed.notify_one();
    }

private:
    void run(const std::stop_token &stop) {
        std::optional<Result<Database>> database(Database::open(m_path, m_migrations));
        std::unique_lock lock(m_mutex);
        while (true) {
            m_changed.wait(lock, stop, [this] { return !m_waiting.empty(); });
            if (!stop.stop_requested())
                m_changed.wait_for(lock, stop, std::chrono::seconds(1),
                                   [this] { return m_urgent; });
            Batch batch = std::exchange(m_waiting, {});
            m_urgent = false;
            lock.unlock();
            Result<void> written;
            if (!batch.empty()) {
                if (!*database)
                    database.emplace(Database::open(m_path, m_migrations));
                written = *database ? m_write(**database, batch)
                                    : Result<void>(tl::unexpected(database->error()));
            }
            if (!written) {
                qCCritical(lcStorage, "cannot write %s, will try again: %s", m_path.c_str(),
                           written.error().message.c_str());
                if (m_failed)
                    m_failed(written.error(), batch);
            }
            lock.lock();
            if (!written) {
                m_waiting.addOlder(std::move(batch));
                if (!stop.stop_requested())
                    m_changed.wait_for(lock, stop, std::chrono::seconds(1),
                                       [this] { return m_urgent; });
            }
            if (stop.stop_requested() && (m_waiting.empty() || !written))
                return;
        }
    }

    const std::string m_path;
    const Database::Migrations m_migrations;
    const Write m_write;
    const Failed m_failed;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    Batch m_waiting;
    bool m_urgent = false;
    std::jthread m_thread;
};

} // namespace heartline::storage
