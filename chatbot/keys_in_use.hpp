// Which idempotency keys are being answered, so that a client that comes again meanwhile is not answered twice.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace chat {

class KeysInUse {
  public:
    using Key = std::pair<std::int32_t, std::string>;

    // A key is free again when its hold goes.
    class Hold {
      public:
        Hold() = default;
        Hold(KeysInUse& keys, Key key) : keys_(&keys), key_(std::move(key)) {}
        Hold(Hold&& other) noexcept
            : keys_(std::exchange(other.keys_, nullptr)), key_(std::move(other.key_)) {}
        Hold& operator=(Hold&& other) noexcept {
            std::swap(keys_, other.keys_);
            std::swap(key_, other.key_);
            return *this;
        }
        ~Hold() {
            if (keys_ != nullptr) {
                keys_->release(key_);
            }
        }
        explicit operator bool() const { return keys_ != nullptr; }

      private:
        KeysInUse* keys_ = nullptr;
        Key key_;
    };

    // An empty hold when somebody has it already.
    Hold take(std::int32_t user_id, const std::string& key) {
        const std::lock_guard lock(mutex_);
        return keys_.emplace(user_id, key).second ? Hold(*this, {user_id, key}) : Hold();
    }

  private:
    void release(const Key& key) {
        const std::lock_guard lock(mutex_);
        keys_.erase(key);
    }

    std::mutex mutex_;
    std::set<Key> keys_;
};

}  // namespace chat
