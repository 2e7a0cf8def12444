//! Interrupts a function at one of its calls to AWS: it dies there, or something else happens meanwhile.
//!
//! The real clients offer the place: a hook around every request on the wire. Before the request leaves nothing has
//! been done; after it came back the service has done it, and whoever asked never hears.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use platform::Platform;

/// On which side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Before,
    After,
}

/// A place in the run of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Which of its calls, from 1.
    pub(crate) call: usize,
    pub(crate) side: Side,
}

#[derive(Clone)]
struct Interrupt {
    place: Place,
    calls: Arc<AtomicUsize>,
    happens: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Interrupt({:?})", self.place)
    }
}

impl Intercept for Interrupt {
    fn name(&self) -> &'static str {
        "Interrupt"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if self.place == (Place { call, side: Side::Before }) {
            (self.happens)();
        }
        Ok(())
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = self.calls.load(Ordering::SeqCst);
        if self.place == (Place { call, side: Side::After }) {
            (self.happens)();
        }
        Ok(())
    }
}

/// The same platform, but something happens at a place.
pub(crate) fn interrupted(
    platform: &Platform,
    place: Place,
    happens: impl Fn() + Send + Sync + 'static,
) -> Platform {
    let interrupt = Interrupt { place, calls: Arc::default(), happens: Arc::new(happens) };
    let dynamodb = platform.dynamodb.config().to_builder().interceptor(interrupt.clone()).build();
    let sqs = platform.sqs.config().to_builder().interceptor(interrupt.clone()).build();
    let ses = platform.ses.config().to_builder().interceptor(interrupt).build();
    Platform {
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb),
        sqs: aws_sdk_sqs::Client::from_conf(sqs),
        ses: aws_sdk_sesv2::Client::from_conf(ses),
        ..platform.clone()
    }
}

/// What became of a function that was to die at a place.
pub(crate) struct Run<R> {
    /// It got to the place and died, or a task of it did.
    pub(crate) died: bool,
    /// What it came to; none if nothing of it survived.
    pub(crate) outcome: Option<R>,
}

/// Runs a function that dies at a place.
pub(crate) async fn dying_at<F, R>(
    platform: &Platform,
    place: Place,
    function: impl FnOnce(Platform) -> F,
) -> Run<R>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let died = Arc::new(AtomicBool::new(false));
    let dies = Arc::clone(&died);
    let platform = interrupted(platform, place, move || {
        dies.store(true, Ordering::SeqCst);
        // Not a panic with a message: it passes no hook and prints nothing.
        std::panic::resume_unwind(Box::new("died on order"));
    });
    let outcome = tokio::spawn(function(platform)).await.ok();
    Run { died: died.load(Ordering::SeqCst), outcome }
}

/// Lets something else happen in the middle of a call.
pub(crate) fn meanwhile(happens: impl Future<Output = ()>) {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(happens));
}

/// Every place of a function in order, call by call, without end.
pub(crate) fn places() -> impl Iterator<Item = Place> {
    (1..).flat_map(|call| [Side::Before, Side::After].map(|side| Place { call, side }))
}
