//! What the register said within the last minute, so that an ordinary delivery asks it nothing.
//!
//! What is not in the register is asked again each time: a customer registered a moment ago counts at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use platform::Platform;
use platform::register::{self, Customer};
use scoring::Policy;
use scoring::incoming::CustomerRef;

use crate::read::{House, as_alias};

const KEPT: SignedDuration = SignedDuration::from_mins(1);
/// Above this many customers the memory starts afresh.
const MOST_CUSTOMERS: usize = 10_000;

/// The register's answers of the last minute.
#[derive(Default)]
pub(crate) struct Recent {
    customers: Mutex<HashMap<CustomerRef, (Timestamp, Arc<Customer>)>>,
    house: Mutex<Option<(Timestamp, Arc<House>)>>,
}

impl Recent {
    /// The customer a source means, by the name given or as an alias.
    pub(crate) async fn customer(
        &self,
        platform: &Platform,
        reference: &CustomerRef,
        now: Timestamp,
    ) -> anyhow::Result<Option<Arc<Customer>>> {
        if let Some((asked, customer)) =
            self.customers.lock().unwrap_or_else(PoisonError::into_inner).get(reference)
            && is_recent(*asked, now)
        {
            return Ok(Some(Arc::clone(customer)));
        }
        let mut found = register::customer(platform, reference).await?;
        if found.is_none()
            && let Some(alias) = as_alias(reference)
        {
            found = register::customer(platform, &alias).await?;
        }
        let Some(customer) = found.map(Arc::new) else { return Ok(None) };
        let mut customers = self.customers.lock().unwrap_or_else(PoisonError::into_inner);
        if customers.len() >= MOST_CUSTOMERS {
            customers.clear();
        }
        customers.insert(reference.clone(), (now, Arc::clone(&customer)));
        Ok(Some(customer))
    }

    /// Our own particulars.
    pub(crate) async fn house(&self, platform: &Platform, now: Timestamp) -> anyhow::Result<Arc<House>> {
        if let Some((asked, house)) = &*self.house.lock().unwrap_or_else(PoisonError::into_inner)
            && is_recent(*asked, now)
        {
            return Ok(Arc::clone(house));
        }
        let company = register::company(platform).await?;
        // That it cannot be read must not turn deliveries away.
        let policy = register::policy(platform).await.unwrap_or_else(|error| {
            let error = platform::chain(error.as_ref());
            tracing::error!(error, "Messages are read without a policy");
            Policy { version: 0, ..Policy::default() }
        });
        let house = Arc::new(House::new(company, policy));
        *self.house.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&house)));
        Ok(house)
    }
}

fn is_recent(asked: Timestamp, now: Timestamp) -> bool {
    now.duration_since(asked).abs() < KEPT
}
